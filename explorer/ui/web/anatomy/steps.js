// The pictures of the steps, which come once and stay in the window.

const here = /** @type {{ realnvpSteps?: Map<string, any> }} */ (window);
export const store = (here.realnvpSteps ??= new Map());

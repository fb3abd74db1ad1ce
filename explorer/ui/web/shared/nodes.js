// Nodes of the page.

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} kind its class
 */
export const element = (name, kind) =>
  Object.assign(document.createElement(name), { className: kind });

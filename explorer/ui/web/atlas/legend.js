// What the colours of the map say: a word each, or a scale between two numbers.

/** @param {string} name @param {string} text */
function make(name, text = "") {
  return Object.assign(document.createElement(name), { textContent: text });
}

/**
 * @param {Element} legend
 * @param {{ pairs: [string, string][], scale: string[] | null, low: string, high: string }} said
 */
export function fill(legend, { pairs, scale, low, high }) {
  if (scale) {
    const bar = make("b");
    bar.style.background = `linear-gradient(to right, ${scale.join(", ")})`;
    legend.replaceChildren(make("span", low), bar, make("span", high));
    return;
  }
  legend.replaceChildren(...pairs.map(([colour, word]) => {
    const entry = make("span"), swatch = make("i");
    swatch.style.background = colour;
    entry.append(swatch, word);
    return entry;
  }));
}

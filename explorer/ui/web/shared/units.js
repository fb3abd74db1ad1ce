// How a slider of Streamlit's shows what its place means.

// A slider counts as the link does. What it shows, and says to who cannot see it, is what a value
// means: `words` of it. Only texts are changed, of nodes that stay Streamlit's own.
export class Unit {
  /** @type {(value: number) => string} */
  words = String;
  /** @type {Element | null} */
  slider = null;
  waiting = 0;  // for the slider to come

  /** @param {string} key of the slider */
  constructor(key) {
    this.place = `.st-key-${key} [data-testid=stSlider]`;
    this.observer = new MutationObserver(() => this.look());
  }

  /** @param {typeof this.words} words */
  watch(words) {
    this.words = words;
    cancelAnimationFrame(this.waiting);
    this.slider = document.querySelector(this.place);
    if (!this.slider) {  // it may come after what it belongs to
      this.waiting = requestAnimationFrame(() => this.watch(words));
      return;
    }
    const all = { subtree: true, childList: true, characterData: true };
    this.observer.observe(this.slider, { ...all, attributeFilter: ["value", "aria-valuetext"] });
    this.look();
  }

  look() {
    /** @type {HTMLInputElement | null | undefined} */
    const input = this.slider?.querySelector("input[type=range]");
    if (!input) return;
    const words = this.words(Number(input.value));
    if (input.ariaValueText !== words) input.ariaValueText = words;
    this.write("stSliderThumbValue", [words]);
    this.write("stSliderTickBar", [input.min, input.max].map((end) => this.words(Number(end))));
  }

  /** @param {string} part @param {string[]} texts */
  write(part, texts) {
    const nodes = this.slider?.querySelectorAll(`[data-testid=${part}] p`);
    texts.forEach((text, i) => {
      const node = nodes?.[i]?.firstChild;
      if (node?.nodeType === Node.TEXT_NODE && node.nodeValue !== text) node.nodeValue = text;
    });
  }

  leave() {
    cancelAnimationFrame(this.waiting);
    this.observer.disconnect();
  }
}

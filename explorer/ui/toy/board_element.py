"""The toy's board as the browser has it."""

import streamlit as st

from explorer.ui.toy.board_script import JS

HTML = """
<div class="toy">
  <figure>
    <div class="screen"><img alt=""></div>
    <figcaption class="density"></figcaption>
  </figure>
  <figure>
    <div class="screen"><canvas class="plane" role="img"></canvas></div>
    <div class="scrubber">
      <button type="button" title="Play"></button>
      <input type="range" min="0" step="0.02" aria-label="Layer">
      <output></output>
    </div>
    <figcaption class="legend"></figcaption>
  </figure>
  <figure class="wide">
    <canvas class="loss" role="img"></canvas>
    <figcaption class="losses"></figcaption>
  </figure>
</div>
"""

CSS = """
.toy {
  display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr));
}
figure { margin: 0; min-width: 0; max-width: 34rem; }
.wide { grid-column: 1 / -1; max-width: none; }
.screen { aspect-ratio: 1; overflow: hidden; border-radius: .4rem; }
img, canvas { display: block; width: 100%; height: 100%; }
.plane { background: var(--st-secondary-background-color); }
.loss { height: 9rem; }
.scrubber { display: flex; gap: .6rem; align-items: center; margin-top: .5rem; }
.scrubber input { flex: 1; min-width: 0; accent-color: var(--st-primary-color); }
.scrubber button {
  width: 2.2rem; height: 2.2rem; padding: 0; cursor: pointer; border-radius: .4rem;
  border: 1px solid var(--st-border-color); background: none; color: var(--st-text-color);
  font: 400 1rem/1 var(--st-font);
}
.scrubber button:hover { border-color: var(--st-primary-color); }
button:focus-visible, input:focus-visible {
  outline: 3px solid var(--st-primary-color); outline-offset: 2px;
}
output {
  min-width: 7.5em; color: var(--st-text-color);
  font: 400 .875rem/1.4 var(--st-font); font-variant-numeric: tabular-nums;
}
figcaption {
  margin-top: .35rem; opacity: .8;
  font: 400 .875rem/1.4 var(--st-font); color: var(--st-text-color);
}
figcaption b { font-weight: 600; }
"""

element = st.components.v2.component("realnvp.toy", html=HTML, css=CSS, js=JS)

"""The map as the browser has it."""

import streamlit as st

from explorer.ui.atlas.script import JS, SHEET_JS

HTML = """
<figure class="atlas">
  <div class="screen">
    <canvas tabindex="0" role="application"></canvas>
    <div class="zoom">
      <button type="button" class="in" title="Closer (+)">+</button>
      <button type="button" class="out" title="Further (−)">−</button>
      <button type="button" class="all" title="All of it (Home)">⤢</button>
    </div>
    <output aria-live="polite"></output>
  </div>
  <div class="legend"></div>
  <figcaption></figcaption>
</figure>
"""

CSS = """
figure { margin: 0; }
.screen { position: relative; }
canvas {
  display: block; width: 100%; aspect-ratio: 4 / 3; border-radius: .4rem; cursor: crosshair;
  background: var(--st-secondary-background-color);
  touch-action: none; user-select: none; -webkit-user-select: none;
}
canvas:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
.zoom { position: absolute; top: .5rem; right: .5rem; display: grid; gap: .25rem; }
.zoom button {
  width: 2.1rem; height: 2.1rem; padding: 0; cursor: pointer; border-radius: .4rem;
  border: 1px solid var(--st-border-color); color: var(--st-text-color);
  background: var(--st-background-color); font: 400 1.1rem/1 var(--st-font);
}
.zoom button:hover { border-color: var(--st-primary-color); }
.zoom button:focus-visible { outline: 3px solid var(--st-primary-color); }
output {
  position: absolute; left: 0; bottom: 0; padding: 0 .5em; color: #fff; background: #000a;
  border-radius: 0 .4rem 0 .4rem; pointer-events: none; font: 500 .75rem/1.7 var(--st-font);
}
.legend {
  display: flex; flex-wrap: wrap; gap: .15rem .8rem; align-items: center; margin-top: .4rem;
  font: 400 .8rem/1.5 var(--st-font); color: var(--st-text-color);
}
.legend i { display: inline-block; width: .8em; height: .8em; border-radius: 2px;
  margin-right: .35em; vertical-align: -.05em; }
.legend b { width: 9rem; height: .7em; border-radius: 2px; }
figcaption {
  margin-top: .35rem; opacity: .8;
  font: 400 .875rem/1.4 var(--st-font); color: var(--st-text-color);
}
"""

element = st.components.v2.component("realnvp.atlas", html=HTML, css=CSS, js=JS)
sheet = st.components.v2.component("realnvp.atlas_sheet", html="<i hidden></i>", js=SHEET_JS)

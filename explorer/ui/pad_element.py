"""The pad as the browser has it."""

import streamlit as st

from explorer.ui.scripts.pad import JS

HTML = """
<div class="pad">
  <figure>
    <div class="screen"><canvas role="img" width="1" height="1"></canvas><output></output></div>
    <figcaption class="said"></figcaption>
  </figure>
  <figure>
    <div class="field" tabindex="0" role="slider" aria-valuemin="-1" aria-valuemax="1">
      <img alt="" draggable="false"><div class="corners"></div><i></i>
    </div>
    <figcaption class="axes"></figcaption>
  </figure>
</div>
"""

CSS = """
.pad { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(15rem, 28rem)); }
figure { margin: 0; min-width: 0; }
.screen, .field { position: relative; overflow: hidden; border-radius: .4rem; }
canvas, .field img {
  position: absolute; inset: 0; width: 100%; height: 100%; image-rendering: pixelated;
}
.field { cursor: crosshair; touch-action: none; user-select: none; -webkit-user-select: none; }
.field:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
.field i {
  position: absolute; width: 1.1rem; height: 1.1rem; margin: -.55rem; border-radius: 50%;
  border: 3px solid #fff; box-shadow: 0 0 0 2px #000a, inset 0 0 0 2px #000a;
  box-sizing: border-box; pointer-events: none;
}
.corners b {
  position: absolute; padding: 0 .4em; color: #fff; background: #000a; pointer-events: none;
  font: 600 .8rem/1.6 var(--st-font);
}
.corners b:nth-child(odd) { left: 0; } .corners b:nth-child(even) { right: 0; }
.corners b:nth-child(-n+2) { top: 0; } .corners b:nth-child(n+3) { bottom: 0; }
output {
  position: absolute; left: 0; bottom: 0; padding: 0 .5em; color: #fff; background: #000a;
  font: 500 .75rem/1.7 var(--st-font); font-variant-numeric: tabular-nums;
}
figcaption {
  margin-top: .35rem; opacity: .8;
  font: 400 .875rem/1.4 var(--st-font); color: var(--st-text-color);
}
"""

element = st.components.v2.component("realnvp.pad", html=HTML, css=CSS, js=JS)

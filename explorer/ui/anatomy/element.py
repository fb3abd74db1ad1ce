"""The steps as the browser has them: a store of pictures, and the stage that shows them."""

import streamlit as st

from explorer.ui.anatomy.script import KEEP, STAGE

_HTML = """
<div class="stage">
  <h3></h3>
  <p class="words"></p>
  <div class="bars" tabindex="0" role="slider" aria-label="Step"><svg></svg></div>
  <div class="groups"></div>
  <div class="keys">
    <button class="previous" type="button">◀ Previous <kbd>B</kbd></button>
    <button class="next" type="button">Next ▶ <kbd>F</kbd></button>
    <button class="play" type="button"></button>
    <span class="hint"></span>
  </div>
  <div class="views">
    <figure class="look"><div class="frame" tabindex="0"><canvas role="img"></canvas></div>
      <figcaption></figcaption></figure>
    <div><div class="panels"></div><p class="legend"></p></div>
  </div>
</div>
"""

_CSS = """
.stage { container-type: inline-size; color: var(--st-text-color); font-family: var(--st-font); }
h3 { margin: 0; font: 600 1.1rem/1.4 var(--st-font); min-height: 1.4em; }
.words { margin: .1rem 0 .5rem; font: 400 .875rem/1.4 var(--st-font); opacity: .85;
  font-variant-numeric: tabular-nums; min-height: 1.4em; }
.bars { height: 5rem; cursor: ew-resize; touch-action: none; border-radius: .4rem;
  background: var(--st-secondary-background-color); }
.bars:focus-visible, .frame:focus-visible {
  outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
svg { display: block; width: 100%; height: 100%; }
rect { fill: var(--st-text-color); fill-opacity: .45; }
rect.coupling { fill: var(--st-primary-color); fill-opacity: 1; }
rect.logit { fill: #e6842a; fill-opacity: 1; }
rect.here { fill: var(--st-primary-color); fill-opacity: .22; }
rect.latent { fill-opacity: .9; }
.groups { position: relative; display: grid; margin-top: .15rem; opacity: .8;
  font: 400 .75rem/1.4 var(--st-font); }
.groups span { text-align: center; white-space: nowrap; border-top: 2px solid currentColor;
  margin: 0 1px; min-width: 0; overflow: hidden; }
.groups b { position: absolute; top: -.35em; padding: 0 .15em; transform: translateX(-50%);
  background: var(--st-background-color); font-size: .95rem; }
.keys { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .6rem 0 .9rem; }
button {
  padding: .3rem .75rem; border: 1px solid var(--st-border-color); border-radius: .4rem;
  color: var(--st-text-color); background: var(--st-background-color); cursor: pointer;
  font: 400 .95rem/1.4 var(--st-font);
}
button:hover, button:focus-visible { border-color: var(--st-primary-color); outline: none; }
button:focus-visible { box-shadow: 0 0 0 2px var(--st-primary-color); }
button:disabled { opacity: .4; cursor: default; }
.play { min-width: 7rem; }
kbd { font: 500 .7rem/1 var(--st-font); opacity: .7; border: 1px solid currentColor;
  border-radius: 3px; padding: 0 .25em; }
.hint { font: 400 .8rem/1.4 var(--st-font); opacity: .75; }
.views { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
@container (min-width: 44rem) { .views { grid-template-columns: 19rem minmax(0, 1fr); } }
.panels { display: flex; flex-wrap: wrap; gap: .9rem .75rem; align-content: flex-start; }
figure { margin: 0; min-width: 0; }
.frame { position: relative; width: fit-content; cursor: crosshair; }
canvas { display: block; image-rendering: pixelated; }
.frame i { position: absolute; box-sizing: border-box; pointer-events: none;
  outline: 2px solid #fff; box-shadow: 0 0 0 3px #000; }
.legend { margin: .6rem 0 0; opacity: .8; font: 400 .8rem/1.35 var(--st-font); }
figcaption { margin-top: .3rem; opacity: .8; font: 400 .8rem/1.35 var(--st-font); }
"""

keep = st.components.v2.component(
    "realnvp.anatomy.pictures", html="<i hidden></i>", css=":host { display: none; }", js=KEEP
)
stage = st.components.v2.component("realnvp.anatomy.stage", html=_HTML, css=_CSS, js=STAGE)

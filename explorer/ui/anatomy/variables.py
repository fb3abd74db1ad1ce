"""The numbers of one pixel in one step, with the formula filled in."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from realnvp.explore.steps import Step
from realnvp.explore.trace_numbers import Variable, pixel
from realnvp.numerals import minus

COLOURS = {1: ("grey",), 3: ("red", "green", "blue")}


def show_pixel(step: Step, row: int, column: int) -> None:
    """What happens to each colour of the pixel."""
    variables = pixel(step, row, column)
    names = COLOURS.get(len(variables), tuple(str(v.channel) for v in variables))
    st.markdown(f"**Pixel in row {row}, column {column}**")
    st.markdown(_table(step, variables, names))
    lines = [
        line for v, name in zip(variables, names, strict=True) if (line := _line(step, v, name))
    ]
    if lines:
        st.latex(r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}")
    st.caption(_caption(step, variables))


def _table(step: Step, variables: list[Variable], names: tuple[str, ...]) -> str:
    first, last = _names(step)
    factor = "exp(−s)" if step.back else "exp(s)"
    rows: list[tuple[str, Callable[[Variable], str]]] = [(first, lambda v: exact(v.before))]
    if step.kind in ("coupling", "batch norm"):
        if step.kind == "batch norm":
            rows.append(("mean", lambda v: _or_dash(v.mean)))
        rows += [("s", lambda v: _or_dash(v.log_scale)), (factor, lambda v: _or_dash(v.factor))]
    if step.kind == "coupling":
        rows.append(("t", lambda v: _or_dash(v.shift)))
    if step.kind == "logit":
        rows.append(("log slope", lambda v: _or_dash(v.log_scale)))
    rows.append((last, lambda v: exact(v.after)))
    if step.kind in ("squeeze", "split"):
        rows += [("from", lambda v: _where(v, 0)), ("to", lambda v: _where(v, 1))]
    rows.append(("", lambda v: "left alone" if v.fate == "kept" else v.fate))
    lines = ["| | " + " | ".join(names) + " |", "|---" + "|--:" * len(names) + "|"]
    lines += [f"| {name} | " + " | ".join(map(cell, variables)) + " |" for name, cell in rows]
    return "\n".join(lines)


def _names(step: Step) -> tuple[str, str]:
    """What goes in and what comes out, as the formula of the step has it."""
    names = ("v", "x") if step.kind == "dequantize" else ("x", "y")
    return names[::-1] if step.back else names


def exact(value: float) -> str:
    """A float32 in as few digits as tell it from all others, with a true minus."""
    return minus(np.format_float_positional(np.float32(value), trim="-"))


def _or_dash(value: float | None) -> str:
    return "–" if value is None else exact(value)


def _where(variable: Variable, side: int) -> str:
    at = variable.moved[side]
    return "in z" if at is None else f"{at[0]} ({at[1]}, {at[2]})"


def _line(step: Step, variable: Variable, name: str) -> str:
    """The formula with this variable's numbers, in LaTeX; "" where there is nothing to say."""
    first, last = _names(step)
    mark = rf"_{{\text{{{name[0].upper()}}}}}"
    before, after = _short(variable.before), _short(variable.after)
    if variable.fate == "kept" and step.kind in ("coupling", "batch norm"):
        return rf"{last}{mark} &= {first}{mark} = {after}"
    if variable.fate != "changed" or variable.factor is None or variable.log_scale is None:
        return ""
    s, sign = _short(variable.log_scale), "-" if step.back else ""
    power = rf"e^{{{sign}{_brackets(s) if sign else s}}}"
    if step.kind == "coupling" and variable.shift is not None:
        t = _short(variable.shift)
        if step.back:
            return rf"{last}{mark} &= ({before} {_plus(t, minus=True)})\,{power} = {after}"
        return rf"{last}{mark} &= {_brackets(before)}\,{power} {_plus(t)} = {after}"
    if step.kind == "batch norm" and variable.mean is not None:
        mean = _short(variable.mean)
        if step.back:
            return rf"{last}{mark} &= {_brackets(before)}\,{power} {_plus(mean)} = {after}"
        return rf"{last}{mark} &= ({before} {_plus(mean, minus=True)})\,{power} = {after}"
    return ""


def _short(value: float) -> str:
    """Three decimals, so that a line has room on a phone; the table has all."""
    return f"{value:.3f}"


def _brackets(number: str) -> str:
    return f"({number})" if number.startswith("-") else number


def _plus(number: str, *, minus: bool = False) -> str:
    """ "+ 0.5" or "- 0.5"."""
    negative = number.startswith("-") != minus
    return f"{'-' if negative else '+'} {number.removeprefix('-')}"


def _caption(step: Step, variables: list[Variable]) -> str:
    fates = {v.fate for v in variables}
    if fates == {"factored out"} and step.kind != "split":
        return "It is factored out as part of z: this step does not see it."
    if fates == {"kept"} and step.kind == "coupling":
        return "Left alone: it only tells the network what s and t of the others are to be."
    if step.kind == "coupling":
        return "The table has every digit of float32; in that arithmetic the formula holds exactly."
    if step.kind in ("squeeze", "split"):
        return "From and to: the channel, with row and column in it."
    return "The table has every digit of float32."

"""Formulas of every kind of step, and what to notice; by kind, and whether it goes back."""

FORMULAS = {
    ("dequantize", False): r"x = v + u, \quad u = \tfrac12",
    ("dequantize", True): r"v = \lfloor x \rfloor",
    ("logit", False): (
        r"\begin{gathered} p = \alpha + (1 - 2\alpha)\, \tfrac{x}{256}, \quad"
        r" y = \ln \tfrac{p}{1 - p} \\"
        r" \log\det = \sum \ln \tfrac{1 - 2\alpha}{256\, p\, (1 - p)} \end{gathered}"
    ),
    ("logit", True): (
        r"x = 256\, \frac{\sigma(y) - \alpha}{1 - 2\alpha}, \quad"
        r" \sigma(y) = \frac{1}{1 + e^{-y}}"
    ),
    ("coupling", False): (
        r"\begin{gathered} y = b\,x + (1 - b)\,\bigl(x\, e^{s(b x)} + t(b x)\bigr) \\"
        r" \log\det = \sum s(b x) \end{gathered}"
    ),
    ("coupling", True): (
        r"\begin{gathered} x = b\,y + (1 - b)\,\bigl(y - t(b y)\bigr)\, e^{-s(b y)} \\"
        r" \log\det = -\sum s(b y) \end{gathered}"
    ),
    ("batch norm", False): (
        r"\begin{gathered} y = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \quad"
        r" s = -\tfrac12 \ln(\sigma^2 + \varepsilon) \\ \log\det = \sum s \end{gathered}"
    ),
    ("batch norm", True): (
        r"\begin{gathered} x = y\, \sqrt{\sigma^2 + \varepsilon} + \mu \\"
        r" \log\det = -\sum s, \quad s = -\tfrac12 \ln(\sigma^2 + \varepsilon) \end{gathered}"
    ),
    ("squeeze", False): r"(C, H, W) \leftrightarrow (4C, \tfrac H2, \tfrac W2), \quad \log\det = 0",
    ("squeeze", True): r"(C, H, W) \leftrightarrow (4C, \tfrac H2, \tfrac W2), \quad \log\det = 0",
    ("split", False): r"h \mapsto (h',\, z_i), \quad \log\det = 0",
    ("split", True): r"(h',\, z_i) \mapsto h, \quad \log\det = 0",
}

NOTICE = {
    ("dequantize", False): "Bytes $v$ become real numbers: each is put in the middle of its bin."
    " Nothing can be seen of it.",
    ("dequantize", True): "Rounding down gives bytes. Of a picture every one is what it was at the"
    " start, though nothing was kept but $z$.",
    ("logit", False): "From (0, 256) to the whole real line: 256 steps become {span} units. What to"
    " notice: {size}.",
    ("logit", True): "Back from the real line to (0, 256): the logits are a picture again.",
    ("coupling", False): "What to notice: white parts of the mask pass through untouched; from them"
    " alone the network guesses $s$ and $t$ of the others, however it likes, as it is never"
    " inverted. Where a guess is good, little is left of the outline.",
    (
        "coupling",
        True,
    ): "What to notice: what was kept is still there, so the network gives the same"
    " $s$ and $t$ again, and they are taken back: subtract, then scale. No equation is solved.",
    ("batch norm", False): "What the coupling changed is brought to mean 0 and deviation 1, channel"
    " by channel, with fixed numbers. What to notice: it brings all channels to one scale;"
    " its log-det is the same for every picture.",
    ("batch norm", True): "The fixed mean and deviation of each channel are put back.",
    (
        "squeeze",
        False,
    ): "Variables only change their seats, so nothing is stretched. What to notice:"
    " at their pixels nothing happens; as channels every 2 × 2 cell becomes four channels, or the"
    " other way round.",
    ("squeeze", True): "Variables take their former seats. Choose “as channels” to see it.",
    (
        "split",
        False,
    ): "Half of the variables are factored out: they are $z_i$, the finest detail at this"
    " scale, and no later step sees them (grey). The other half, a diagonal of each cell, goes on.",
    ("split", True): "The latents $z_i$, which have waited since the start, join in: from here on"
    " finer detail appears.",
}

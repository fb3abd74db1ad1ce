"""Weights to begin with."""

from realnvp.flow import RealNVP


def take_over(flow: RealNVP, start: RealNVP) -> None:
    """Give a flow the weights of another one, where it has one of that name and shape.

    Couplings are convolutions and levels are counted from the finest, so what a model has learnt of
    small pictures serves as a beginning for larger ones with a level more.

    Raises:
        ValueError: if none fits.
    """
    own = flow.state_dict()
    fitting = {
        name: value
        for name, value in start.state_dict().items()
        if name in own and own[name].shape == value.shape
    }
    if not any(name.endswith(".direction") for name in fitting):
        raise ValueError("the model to start from shares no convolution with this one")
    flow.load_state_dict(own | fitting)

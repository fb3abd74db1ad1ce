"""A view is a value: everything that a page can show is one frozen object.

    class Sample(View):
        page = "sample"
        temperature: LevelTemperatures = 0.7
        seed: Seed = 0

        def draw(self, flow: RealNVP) -> Result: ...

Its fields are the controls of the page, the link, the recipe and the program; `draw` is what is
computed, for the page and for a program alike. So `Sample(seed=42).run(flow).save("samples.png")`
writes the bytes that the page shows.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from explorer.views.result import Result
from explorer.views.settings import MISSING, Choice, Part, Query, Setting, query_of
from realnvp import RealNVP


class Settings(BaseModel):
    """Fields that are settings; frozen, and nothing else is taken."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        validate_default=True,
        validate_by_name=True,
        validate_by_alias=True,
    )

    @classmethod
    def setting_of(cls, name: str) -> Setting:
        """What the annotation of a field says of it."""
        return _setting(cls.model_fields[name])

    @classmethod
    def fits(cls, flow: RealNVP) -> bool:
        """Whether it is offered for this model."""
        return True

    @classmethod
    def on_arrival(cls, flow: RealNVP) -> dict[str, Any]:
        """The fields whose values on arrival depend on the model, by their names."""
        return {}

    def query(self) -> dict[str, str | list[str]]:
        """All fields as parameters of an address."""
        return query_of(self.controls())

    def controls(self, prefix: str = "") -> dict[str, Any]:
        """What the controls of all fields show, by their keys."""
        found: dict[str, Any] = {}
        for name, info in type(self).model_fields.items():
            value, key = getattr(self, name), f"{prefix}{info.alias or name}"
            setting = _setting(info)
            if isinstance(value, Settings):
                inline = isinstance(setting, Part) and setting.inline
                found |= value.controls(prefix if inline else f"{key}_")
            elif isinstance(value, tuple) and value and isinstance(value[0], Settings):
                for one, letter in zip(value, "abcdefgh", strict=False):
                    found |= one.controls(f"{prefix}{letter}_")
            else:
                found |= setting.controls(key, value)
        return found

    @classmethod
    def read(cls, query: Query, prefix: str = "") -> dict[str, Any]:
        """What an address has of the fields, as JSON has them; unchecked."""
        found: dict[str, Any] = {}
        for name, info in cls.model_fields.items():
            key, setting = f"{prefix}{info.alias or name}", _setting(info)
            if kinds := kinds_of(info.annotation):
                inline = isinstance(setting, Part) and setting.inline
                value = _read_kind(kinds, query, prefix if inline else f"{key}_", info.default)
            else:
                value = setting.read(key, query)
            if value is not MISSING:
                found[info.alias or name] = value
        return found

    def parts(self) -> Iterator["Settings"]:
        """This, and all settings inside of it."""
        yield self
        for name in type(self).model_fields:
            value = getattr(self, name)
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Settings):
                    yield from one.parts()


class Drawing(Settings):
    """Settings that something can be drawn from: a view, or one of the kinds of a view."""

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        """What `draw` needs besides the flow and takes time to make: its latents, its picture."""
        return ()

    def draw(self, flow: RealNVP, *made: Any) -> Result:
        """What is shown, from what was `made`."""
        raise NotImplementedError


class View(Drawing):
    """What one page shows.

    Class variables:
        page: as in its address.
        file: what a program saves.
        needs_model: whether a program has the checkpoint's model as `flow`.
    """

    page: ClassVar[str]
    file: ClassVar[str] = "picture.png"
    needs_model: ClassVar[bool] = True

    def run(self, flow: RealNVP) -> Result:
        """What is shown, made from nothing but the view and the model."""
        return self.draw(flow, *self.made(flow))


def drawing_of(view: View) -> Drawing:
    """What draws in this view: the innermost of its kinds that has a `draw` of its own."""
    *_, last = (
        part
        for part in view.parts()
        if isinstance(part, Drawing) and type(part).draw is not Drawing.draw
    )
    return last


def drawn(flow: RealNVP, view: View, *made: Any) -> Any:
    """`view.draw(flow, *made)`, as a function that other threads and processes can be sent."""
    return view.draw(flow, *made)


def kinds_of(annotation: Any) -> dict[str, type[Settings]]:
    """The settings that a field may hold, by their tags; empty where it holds a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        return {tag_of(annotation): annotation}
    found: dict[str, type[Settings]] = {}
    if get_origin(annotation) is not None:
        for inner in get_args(annotation):
            found |= kinds_of(inner)
    return found


def tag_field(kind: type[Settings]) -> str | None:
    """The field that tells a kind from the others of its union: a `Literal` of one value."""
    for name, info in kind.model_fields.items():
        if get_origin(info.annotation) is Literal and len(get_args(info.annotation)) == 1:
            return name
    return None


def tag_of(kind: type[Settings]) -> str:
    """The value of that field; "" for settings that stand alone."""
    name = tag_field(kind)
    return "" if name is None else get_args(kind.model_fields[name].annotation)[0]


def names_of(kind: type[Settings]) -> set[str]:
    """Names of all fields, in settings inside of these too, as recipes have them."""
    found = set()
    for name, info in kind.model_fields.items():
        found.add(info.alias or name)
        for inner in kinds_of(info.annotation).values():
            found |= names_of(inner)
    return found


def _read_kind(kinds: dict[str, type[Settings]], query: Query, prefix: str, default: Any) -> Any:
    first = type(default) if isinstance(default, Settings) else next(iter(kinds.values()))
    name = tag_field(first)
    if name is None:
        return first.read(query, prefix) or MISSING
    key = first.model_fields[name].alias or name
    texts = query.get(f"{prefix}{key}")
    tag = texts[-1] if texts else tag_of(first)
    if tag not in kinds:
        return {key: tag}
    # What the default has besides belongs to its kind alone.
    given = kinds[tag].read(query, prefix)
    if not texts and not given:
        return MISSING
    before = default.model_dump(mode="json", by_alias=True) if kinds[tag] is type(default) else {}
    return before | given | {key: tag}


def _setting(info: FieldInfo) -> Setting:
    plain = Choice() if get_origin(info.annotation) is Literal else Setting()
    found = next((item for item in reversed(info.metadata) if isinstance(item, Setting)), plain)
    if isinstance(found, Choice) and get_origin(info.annotation) is Literal:
        return replace(found, options=get_args(info.annotation))
    return found

"""A view as JSON, as an address and as a program, and back again.

    {"page": "sample", "checkpoint": "faces32", "temperature": 0.7, "seed": 42}

The same two names, "page" and "checkpoint", stand before the fields of every view. Recipes arrive
in files that somebody sent, and are checked before anything is made of them.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pydantic import TypeAdapter, ValidationError

from explorer.views.program import program_of, source_of
from explorer.views.settings import Query, query_of
from explorer.views.types import PlainName
from explorer.views.view import View, names_of

_NAME = TypeAdapter(PlainName)
# What is wrong, by pydantic's names for it, after "must".
_FAULTS = {
    "float_type": "be a number",
    "finite_number": "be a number",
    "int_type": "be a whole number",
    "int_from_float": "be a whole number",
    "bool_type": "be true or false",
    "literal_error": "be {expected}",
    "string_type": "be a text",
    "string_too_short": "be a text",
    "string_too_long": "be a line of at most {max_length} letters",
    "string_pattern_mismatch": "be a line of plain letters, for a file or model without a folder",
    "tuple_type": "be a list",
    "too_short": "have at least {min_length} entries",
    "too_long": "have at most {max_length} entries",
    "model_type": "be an object",
    "model_attributes_type": "be an object",
    "dict_type": "be an object",
    "same_levels": "have two levels that differ",
    "same_directions": "have directions that differ",
    "untaught": "have at least {fewest} of taught_yes and of taught_no for {mine}",
    "drawing": "be a drawing ({why})",
    "union_tag_not_found": "say where it is from",
    "union_tag_invalid": "be from one of {expected_tags}",
}


class RecipeError(ValueError):
    """A recipe that cannot be followed; one line for the person who has it."""


@dataclass(frozen=True)
class Recipe:
    """A view of a model.

    Args:
        checkpoint: the model's name.
        view: what is shown.
    """

    checkpoint: str
    view: View

    def json(self) -> dict[str, Any]:
        """Plain JSON types: all fields, so that it shows the same when a default has changed."""
        fields = self.view.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {"page": self.view.page, "checkpoint": self.checkpoint, **fields}

    def controls(self) -> dict[str, Any]:
        """What the page's controls show, by their keys; the model's among them."""
        return {"checkpoint": self.checkpoint} | self.view.controls()

    def query(self) -> dict[str, str | list[str]]:
        """Parameters of the page's address. What only a visitor has, a file, is not in it."""
        return query_of(self.controls())

    def link(self) -> str:
        """The address that restores the view, relative to the app's: "sample?seed=42&..."."""
        return f"{self.view.page}?{urlencode(self.query(), doseq=True)}"

    def python(self) -> str:
        """A program that writes the same pixels as the page shows, to a PNG beside it.

        On another kind of device than the page's, a byte may come out one off.
        """
        return program_of(self.checkpoint, self.view)

    def source(self) -> str:
        """The function that draws what the page shows, and the program's pixels."""
        return source_of(self.view)


def read_recipe(kinds: dict[str, type[View]], data: object) -> Recipe:
    """The recipe in plain JSON types, with numbers brought into their ranges.

    Args:
        kinds: the views that there are, by their pages.

    Raises:
        RecipeError: if an entry is unknown, missing or of the wrong kind.
    """
    if not isinstance(data, dict):
        raise RecipeError(f"A recipe is a JSON object, not {short(data)}.")
    page = data.get("page")
    if not isinstance(page, str) or page not in kinds:
        raise RecipeError(f"This is no recipe of a page that is here ({', '.join(kinds)}).")
    if "checkpoint" not in data:
        raise RecipeError("The recipe has no 'checkpoint'.")
    fields = {key: value for key, value in data.items() if key not in ("page", "checkpoint")}
    try:
        checkpoint = _NAME.validate_python(data.get("checkpoint"), strict=True)
    except ValidationError:
        raise RecipeError("checkpoint must be a plain name, without a folder.") from None
    return Recipe(checkpoint, checked(kinds[page], fields))


def read_query(kind: type[View], query: Query) -> View:
    """The view that an address names; what it leaves out is as on arrival.

    Raises:
        RecipeError: as `read_recipe`.
    """
    return checked(kind, kind.read(query))


def checked(kind: type[View], fields: dict[str, Any]) -> View:
    """The view with these fields, in plain JSON types.

    Raises:
        RecipeError: as `read_recipe`.
    """
    try:
        # As text: so that what JSON cannot say, such as code or a cycle, does not come this far.
        return kind.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        raise RecipeError(_words(kind, error)) from None
    except (TypeError, ValueError, RecursionError):
        raise RecipeError("The recipe is no JSON, or damaged.") from None


def short(value: object) -> str:
    """A value as it may stand in a message: one line, no longer than it helps."""
    if isinstance(value, int) and abs(value) > 10**18:
        return "so large a number"  # Python refuses to write thousands of digits
    text = repr(value) if isinstance(value, str | int | float | None) else type(value).__name__
    return text if len(text) <= 40 else f"{text[:40]}…"


def _words(kind: type[View], error: ValidationError) -> str:
    """The first fault in one line: where it is, what is wrong, what was given."""
    fault = error.errors(include_url=False, include_context=False)[0]
    # Of a union every kind that was tried complains: their names say nothing to people.
    names = [str(step) for step in fault["loc"] if isinstance(step, int) or step in names_of(kind)]
    where = ".".join(names) or "the recipe"
    if fault["type"] == "extra_forbidden":
        return f"The recipe has an entry that is unknown here: {short(str(fault['loc'][-1]))}."
    if fault["type"] == "missing":
        return f"The recipe has no {short('.'.join(names))}."
    if fault["type"] == "json_invalid":
        return "The recipe is no JSON, or damaged."
    words = _FAULTS.get(fault["type"]) or fault["msg"][0].lower() + fault["msg"][1:]
    words = words.format(**error.errors(include_url=False)[0].get("ctx", {}))
    return f"{where} must {words}, not {short(fault['input'])}."

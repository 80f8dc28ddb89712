"""Phone numbers in the forms of the back office: one field that takes and shows the number with its extension."""

from typing import Any

from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.core.validators import EMPTY_VALUES
from phonenumber_field.formfields import PhoneNumberField as FormField
from phonenumber_field.modelfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber

from leads.admin.office import OfficeForm
from leads.phone_numbers import read_number

INVALID = "Enter one phone number, such as (512) 555-2001 or +44 20 7946 0958, with an extension as in ext. 45."


class WrittenPhoneField(FormField):
    """A number as somebody wrote or pasted it. What holds more digits than a number and its extension is refused."""

    def to_python(self, value: Any) -> Any:
        """The number, with its extension."""
        if value in EMPTY_VALUES:
            return self.empty_value
        written = str(value).replace("\0", "")
        found = read_number(written, region=self.region or "US")
        if found is None:
            raise ValidationError(INVALID, code="invalid")
        return with_extension(found.number, found.extension)

    def prepare_value(self, value: Any) -> Any:
        """A number as people write it; what is none stays as it was typed."""
        if not isinstance(value, PhoneNumber):
            return value
        return value.as_national if value.country_code == 1 else value.as_international

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether number or extension differ; numbers compare equal without their extensions."""
        try:
            return _both(self.to_python(data)) != _both(initial)
        except ValidationError:
            return True


class PhoneForm(OfficeForm):
    """A form of a model with `phone` and `phone_extension`, which are one field to the eye."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.phone:
            self.initial["phone"] = with_extension(str(self.instance.phone), self.instance.phone_extension)

    def clean_phone(self) -> Any:
        """Keep the extension in its own column, and the number alone in the other."""
        number = self.cleaned_data["phone"]
        self.instance.phone_extension = (number.extension or "") if number else ""
        return with_extension(number.as_e164, "") if number else number


def with_extension(number: str, extension: str) -> PhoneNumber:
    """A number with that extension, which it shows."""
    found: PhoneNumber = PhoneNumber.from_string(number)
    found.extension = extension or None
    return found


def _both(number: Any) -> tuple[str, str]:
    return (number.as_e164, number.extension or "") if number else ("", "")


WRITTEN_PHONES = {PhoneNumberField: {"form_class": WrittenPhoneField, "widget": AdminTextInputWidget}}

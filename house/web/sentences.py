"""One Hebrew sentence for each refusal code: what happened, and what to do."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from house.process import Refusal

SENTENCES = {
    "wrong_state": gettext_noop("המצב השתנה בינתיים ואי אפשר לבצע את הפעולה. כדאי לרענן את העמוד ולראות מה אפשר עכשיו."),
    "wrong_party": gettext_noop("הפעולה הזו שייכת לצד השני."),
}


def sentence(refusal: Refusal) -> str:
    """The sentence of a refusal; facts fill its places."""
    return _(SENTENCES[refusal.code]) % refusal.facts

"""What can go wrong, as sentences for people: fact, value and remedy.

OsusumeError
├── UsageError            a command was called in a way that makes no sense
├── SettingsError         the settings file or environment
├── HomeError             the state folder: not writable, full, locked
├── ProfileError          a catalogue's YAML
├── SourceError           a catalogue's CSV or JSONL
├── EmbeddingError        the embedding model: weights, provider
├── IndexUnusableError    the index: missing, half built, of another model, damaged
├── SessionError          a conversation that cannot be opened
├── StoreError            the database of conversations: not reachable, refused, too new
├── MessageError          a message that cannot be taken
└── GrafanaError          a Grafana that cannot be reached, or refuses
"""


class OsusumeError(Exception):
    """Carry one sentence that a person can act on."""


class UsageError(OsusumeError):
    """Reject a command line that makes no sense."""


class SettingsError(OsusumeError):
    """Reject a settings file or an environment variable."""


class HomeError(OsusumeError):
    """Report a state folder that cannot be used."""


class ProfileError(OsusumeError):
    """Reject a catalogue's profile."""


class SourceError(OsusumeError):
    """Reject a catalogue's source as a whole; single rows are only reported."""


class EmbeddingError(OsusumeError):
    """Report an embedding model that cannot be used."""


class IndexUnusableError(OsusumeError):
    """Report an index that is missing, half built, foreign or damaged."""


class SessionError(OsusumeError):
    """Report a conversation that cannot be opened."""


class StoreError(OsusumeError):
    """Report a database of conversations that cannot be used."""


class MessageError(OsusumeError):
    """Reject a message that cannot be taken."""


class GrafanaError(OsusumeError):
    """Report a Grafana that cannot be reached, or refuses."""

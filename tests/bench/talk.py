"""What is said while it runs. With --json, standard output is for the document alone."""

import sys

notes = []
stream = sys.stdout


def say(text=""):
    print(text, file=stream, flush=True)


def note(text):
    """Something a reader of the figures has to know."""
    notes.append(text)
    say(f"note: {text}")


def give_up(text):
    print(text, file=sys.stderr)
    sys.exit(2)

"""Keeps Eventlet's own notice out of every command's output; imported before Eventlet is.

docs/architecture.md says why Eventlet is here, and how it may go.
"""

import warnings

warnings.filterwarnings("ignore", message=r"(?s)\s*Eventlet is deprecated")

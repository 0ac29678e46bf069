"""The one-minute code: its wire format, and the verbs issue, verify and verify offline."""

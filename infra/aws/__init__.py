"""The city in the cloud: what is declared there (resources/, policies/) and how the deployment is built (build.py)."""

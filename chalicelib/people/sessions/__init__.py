"""Sessions: who has proven to be whom, on which device, how long that holds, and how it ends."""

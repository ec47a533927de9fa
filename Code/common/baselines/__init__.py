"""What a network is compared with on the same split: constants, and models without a network.

Each is a row of the table. What it computes from pictures is kept in the cache folder.
"""

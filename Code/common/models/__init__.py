"""The networks, and the devices and precisions that they run in.

A network is given arrays and knows no files but those of weights and models; how it trains is in
`training`, how it answers in `inference`.
"""

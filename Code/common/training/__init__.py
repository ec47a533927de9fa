"""One run of a network: batches, the networks that train and validate, what is kept each epoch.

The only room that trains. Everything that the user gave is checked in `config` before it is loaded;
the files of a run are those of `runs`.
"""

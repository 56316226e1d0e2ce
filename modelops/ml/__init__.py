"""The machine-learning core: pure functions and files, no Django, no database, no queue.

Two worlds share this package. The *serving* world (`session`, `spec`, `mentions`, `metrics`,
`baselines.lexicon`) imports numpy, onnxruntime and tokenizers at most. The *training* world
(`encoder`, and `training` once it runs) imports torch and transformers, always inside functions
or in modules that the serving world never imports; a test checks `sys.modules`.
"""

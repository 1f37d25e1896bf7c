"""The engine: a bundle, read and checked, and one onnxruntime call for all the windows that wait."""

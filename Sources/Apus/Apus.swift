// The umbrella of the light wing: one import gives a cell everything.
@_exported public import ApusCell
@_exported public import OrderedJSON

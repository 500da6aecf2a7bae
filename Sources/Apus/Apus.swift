// The umbrella of the light wing: one import gives a cell everything.
@_exported public import ApusCell
@_exported public import ApusFrame
@_exported public import ApusIO
@_exported public import ApusPlot
@_exported public import ApusStats
@_exported public import OrderedJSON

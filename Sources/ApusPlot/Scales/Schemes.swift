extension Chart.Scheme {
  /// Eight hues of Okabe and Ito (Color Universal Design, 2008), which colour-blind readers tell
  /// apart; the order puts the clearest first, and grey stands for black, which a dark page hides.
  public static let okabeIto = Chart.Scheme([
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#f0e442", "#999999",
  ])

  /// From dark violet over green to yellow, even in lightness (Smith and van der Walt, 2015).
  public static let viridis = Chart.Scheme([
    "#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30",
    "#fde725",
  ])

  /// From dark blue to yellow, the same for all kinds of sight (Nuñez, Anderton and Renslow, 2018).
  public static let cividis = Chart.Scheme([
    "#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369",
    "#e1cc55", "#fee838",
  ])

  /// From pale to dark blue (ColorBrewer).
  public static let blues = Chart.Scheme([
    "#deebf7", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b",
  ])

  /// From blue over near white to red, for numbers on both sides of a middle (ColorBrewer).
  public static let blueRed = Chart.Scheme([
    "#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7", "#fddbc7", "#f4a582",
    "#d6604d", "#b2182b", "#67001f",
  ])

  /// The colours the other way round.
  public var reversed: Chart.Scheme { Chart.Scheme(colors.reversed()) }
}

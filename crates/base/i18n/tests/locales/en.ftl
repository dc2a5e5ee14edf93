sample-meals = { $n ->
    [one] { $n } lunch
   *[other] { $n } lunches
}
sample-hello = Hello, { $name }!

// Sorting and counting of diagnostics.
#include "rules/diagnostic.hpp"

#include <algorithm>
#include <tuple>

namespace tocsin::rules {
namespace {

auto order_of(const Diagnostic& d) { return std::tie(d.span.file, d.span.begin, d.code, d.span.end, d.message); }

}  // namespace

bool has_errors(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.level == Level::error; });
}

void sort_diagnostics(Diagnostics& diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return order_of(a) < order_of(b); });
  const auto end = std::unique(diagnostics.begin(), diagnostics.end(),
                               [](const Diagnostic& a, const Diagnostic& b) { return order_of(a) == order_of(b); });
  diagnostics.erase(end, diagnostics.end());
}

}  // namespace tocsin::rules

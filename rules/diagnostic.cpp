// Sorting, counting and limiting of diagnostics.
#include "rules/diagnostic.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace tocsin::rules {
namespace {

constexpr std::string_view kMore[] = {"E0115", "W0115"};

bool says_there_is_more(const Diagnostic& d) { return d.code == kMore[0] || d.code == kMore[1]; }

/// Of one file: the first errors, then the first warnings, and at the place of the first that leaves, that more did.
void limit_file(Diagnostics& of_file) {
  if (of_file.size() <= kMaxDiagnostics) return;
  std::erase_if(of_file, says_there_is_more);
  std::stable_sort(of_file.begin(), of_file.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.level < b.level; });
  Diagnostic more = of_file[kMaxDiagnostics - 1];
  const bool errors = more.level == Level::error;
  more.code = kMore[errors ? 0 : 1];
  more.message = "more than " + std::to_string(kMaxDiagnostics - 1) + " problems in this file";
  more.label = "and more: mend the others first";
  more.related.clear();
  more.helps.clear();
  of_file.resize(kMaxDiagnostics - 1);
  of_file.push_back(std::move(more));
}

auto order_of(const Diagnostic& d) { return std::tie(d.span.file, d.span.begin, d.code, d.span.end); }

}  // namespace

bool has_errors(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.level == Level::error; });
}

void sort_diagnostics(Diagnostics& diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return order_of(a) < order_of(b); });
  Diagnostics kept;
  for (Diagnostic& each : diagnostics) {
    bool repeats = false;  // what one place and code are told of stays in the order in which it was found
    for (auto before = kept.rbegin(); before != kept.rend() && order_of(*before) == order_of(each); ++before)
      repeats = repeats || before->message == each.message;
    if (!repeats) kept.push_back(std::move(each));
  }
  diagnostics = std::move(kept);
}

void limit_diagnostics(Diagnostics& diagnostics) {
  Diagnostics kept;
  for (auto begin = diagnostics.begin(); begin != diagnostics.end();) {
    const auto end = std::find_if(begin, diagnostics.end(),
                                  [file = begin->span.file](const Diagnostic& d) { return d.span.file != file; });
    Diagnostics of_file(std::make_move_iterator(begin), std::make_move_iterator(end));
    limit_file(of_file);
    kept.insert(kept.end(), std::make_move_iterator(of_file.begin()), std::make_move_iterator(of_file.end()));
    begin = end;
  }
  diagnostics = std::move(kept);
  sort_diagnostics(diagnostics);
}

}  // namespace tocsin::rules

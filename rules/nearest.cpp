// "Did you mean": optimal string alignment distance (Damerau 1964, each part edited once) with a small bound.
#include <algorithm>

#include "rules/diagnostic.hpp"

namespace tocsin::rules {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Edits that turn `a` into `b`: insert, delete, replace, swap two neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

/// Of words of one or two letters: the same letters in another case or order, since one edit makes any word of any
/// other.
bool same_letters(std::string_view a, std::string_view b) {
  const auto alike = [](char x, char y) { return lower(x) == lower(y); };
  return same_but_for_case(a, b) || (a.size() == b.size() && std::equal(a.begin(), a.end(), b.rbegin(), alike));
}

}  // namespace

std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  if (name.size() <= 2) {
    const auto found = std::find_if(candidates.begin(), candidates.end(),
                                    [name](const std::string& candidate) { return same_letters(name, candidate); });
    return found == candidates.end() ? std::string() : *found;
  }
  const auto cased = std::find_if(candidates.begin(), candidates.end(),
                                  [name](const std::string& each) { return same_but_for_case(name, each); });
  if (cased != candidates.end()) return *cased;
  const std::size_t bound = name.size() <= 4 ? 1 : 2;
  std::size_t best = bound + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    const std::size_t difference =
        candidate.size() > name.size() ? candidate.size() - name.size() : name.size() - candidate.size();
    if (difference > bound || name.size() > 100) continue;
    const std::size_t edits = distance(name, candidate);
    if (edits < best && edits < std::max(name.size(), candidate.size())) {
      best = edits;
      found = candidate;
    }
  }
  return found;
}

}  // namespace tocsin::rules

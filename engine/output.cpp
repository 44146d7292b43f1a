#include "engine/output.hpp"

#include <algorithm>

namespace tocsin::engine {

namespace {

using events::Value;

template <class T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int compare_values(const std::vector<Value>& a, const std::vector<Value>& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if (const int order = three_way(a[i], b[i]); order != 0) return order;
  return three_way(a.size(), b.size());
}

/// By priority, rule, key, start, preference and place, once the positions are equal.
int compare_in_place(const Output& a, const Output& b) {
  if (const int order = three_way(b.priority, a.priority); order != 0) return order;
  if (const int order = three_way(a.rule, b.rule); order != 0) return order;
  if (const int order = compare_values(a.key, b.key); order != 0) return order;
  if (const int order = three_way(a.start_order, b.start_order); order != 0) return order;
  if (const int order = three_way(a.turn, b.turn); order != 0) return order;
  return three_way(a.place, b.place);
}

/// The outputs on the way from an input event or timer to `position`, first cause first.
std::vector<const Output*> causes_of(const Position& position) {
  std::vector<const Output*> chain;
  for (const Output* at = position.cause.get(); at != nullptr; at = at->position.cause.get()) chain.push_back(at);
  std::reverse(chain.begin(), chain.end());
  return chain;
}

int compare_roots(const Position& a, const Position& b) {
  if (const int order = three_way(a.time, b.time); order != 0) return order;
  if (const int order = three_way(a.phase, b.phase); order != 0) return order;
  if (const int order = three_way(a.order, b.order); order != 0) return order;
  return three_way(a.layer, b.layer);
}

/// The position of the input event or timer that everything began with.
const Position& root_of(const Position& position) {
  const Position* at = &position;
  while (at->cause != nullptr) at = &at->cause->position;
  return *at;
}

}  // namespace

int compare(const Position& a, const Position& b) {
  if (a.cause == nullptr && b.cause == nullptr) return compare_roots(a, b);
  if (const int order = compare_roots(root_of(a), root_of(b)); order != 0) return order;
  const std::vector<const Output*> left = causes_of(a);
  const std::vector<const Output*> right = causes_of(b);
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i)
    if (const int order = compare_in_place(*left[i], *right[i]); order != 0) return order;
  return three_way(left.size(), right.size());
}

int compare(const Output& a, const Output& b) {
  if (const int order = compare(a.position, b.position); order != 0) return order;
  return compare_in_place(a, b);
}

}  // namespace tocsin::engine

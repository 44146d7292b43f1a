// Whether what fits one choice fits another, and whether two are the same.
//
// One condition covers another where each of its parts is among the other's, or follows from its comparisons.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "rules/check_rule.hpp"

namespace tocsin::rules::checking {

struct Covers {
  const Draft& draft;
  const RulePlan& plan;

  std::string text(const Expr& expr) const { return dump(expr, plan, draft.schema); }
  /// Whatever fits `later` fits `earlier`.
  bool operator()(const Single& earlier, const Single& later) const;
  bool operator()(const std::vector<Single>& earlier, const std::vector<Single>& later) const;

 private:
  bool follows(const Expr& part, const Expr& from) const;
};

/// Elements that take the same events in the same way.
struct Same {
  const Pattern& pattern;
  const Covers& covers;

  bool operator()(const std::vector<Single>& a, const std::vector<Single>& b) const {
    return a.size() == b.size() && covers(a, b) && covers(b, a);
  }
  bool operator()(const Loop& a, const Loop& b) const {
    return a.min == b.min && a.max == b.max && a.greed == b.greed && a.mode == b.mode &&
           length(a.gap) == length(b.gap) && (*this)(a.until, b.until);
  }
  bool operator()(const Take& a, const Take& b) const {
    const Step& one = pattern.steps[a.step];
    const Step& other = pattern.steps[b.step];
    return (*this)(static_cast<const Loop&>(one), other) && (*this)(one.fits, other.fits);
  }
  bool operator()(const Absent& a, const Absent& b) const {
    const bool lasting = a.span && b.span && covers.text(*a.span) == covers.text(*b.span);
    return (lasting || (!a.span && !b.span)) && (*this)(a.fits, b.fits);
  }
  bool operator()(const Group& a, const Group& b) const {
    return (*this)(static_cast<const Loop&>(a), b) && length(a.span) == length(b.span) &&
           (*this)(a.elements, b.elements);
  }
  bool operator()(const Either& a, const Either& b) const { return all(a.takes, b.takes); }
  bool operator()(const Choice& a, const Choice& b) const { return all(a.sides, b.sides); }
  bool operator()(const Both& a, const Both& b) const { return all(a.sides, b.sides); }
  bool operator()(const Element& a, const Element& b) const {
    const auto bounds = [](const Element& element) {
      return element.bound ? std::pair(element.bound->least.ns, element.bound->most.ns) : std::pair(-1L, -1L);
    };
    if (a.arrow != b.arrow || bounds(a) != bounds(b) || a.node.index() != b.node.index()) return false;
    return std::visit([&](const auto& one) { return (*this)(one, std::get<std::decay_t<decltype(one)>>(b.node)); },
                      a.node);
  }
  bool operator()(const std::vector<Element>& a, const std::vector<Element>& b) const { return all(a, b); }

  template <class T>
  bool all(const std::vector<T>& a, const std::vector<T>& b) const {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), *this);
  }
  static std::int64_t length(const std::optional<events::Duration>& span) { return span ? span->ns : -1; }
};

}  // namespace tocsin::rules::checking

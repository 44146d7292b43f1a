// Which parentheses of a pattern say something, and what stands in those that don't.
#pragma once

#include <map>

#include "rules/check_pattern.hpp"

namespace tocsin::rules::checking {

/// Judges each quantifier once.
class Parentheses {
 public:
  Parentheses(Draft& draft, RuleDraft& rule) : draft_(draft), rule_(rule) {}

  Turns turns_of(const std::optional<syntax::Quantifier>& written);
  /// Neither turns nor `until`, and no span but of absences.
  bool is_mere(const syntax::Group& group);
  /// Without mere parentheses around it.
  const syntax::Element& bare(const syntax::Element& element);
  /// A step that takes one event; null: something else.
  const syntax::Step* single(const syntax::Element& element);
  /// The sides of an `or` or `and`, those of one in it among them.
  template <class Joined>
  void flatten(const std::vector<syntax::Element>& written, std::vector<const syntax::Element*>& out) {
    for (const syntax::Element& each : written) {
      const syntax::Element& side = bare(each);
      if (const auto* joined = std::get_if<Joined>(&side.node))
        flatten<Joined>(joined->sides, out);
      else
        out.push_back(&side);
    }
  }

 private:
  Draft& draft_;
  RuleDraft& rule_;
  std::map<const syntax::Quantifier*, Turns> turns_{};
};

}  // namespace tocsin::rules::checking

#include "rules/check_parentheses.hpp"

#include <algorithm>

namespace tocsin::rules::checking {
namespace {

bool takes_something(const std::vector<syntax::Element>& elements) {
  return std::any_of(elements.begin(), elements.end(), [](const syntax::Element& element) {
    return std::visit(overloaded{
                          [](const syntax::Step&) { return true; },
                          [](const syntax::Absent&) { return false; },
                          [](const syntax::Group& group) { return takes_something(group.elements); },
                          [](const syntax::Choice& choice) { return takes_something(choice.sides); },
                          [](const syntax::Both& both) { return takes_something(both.sides); },
                      },
                      element.node);
  });
}

}  // namespace

Turns Parentheses::turns_of(const std::optional<syntax::Quantifier>& written) {
  if (!written) return {};
  const auto [known, is_new] = turns_.try_emplace(&*written);
  if (is_new) known->second = check_turns(draft_, rule_, *written);
  return known->second;
}

bool Parentheses::is_mere(const syntax::Group& group) {
  return turns_of(group.quantifier).once() && !(group.quantifier && group.loop.until) &&
         (!group.span || !takes_something(group.elements));
}

const syntax::Element& Parentheses::bare(const syntax::Element& element) {
  const auto* group = std::get_if<syntax::Group>(&element.node);
  if (!group || group->elements.size() != 1 || !is_mere(*group)) return element;
  return bare(group->elements.front());
}

const syntax::Step* Parentheses::single(const syntax::Element& element) {
  const auto* step = std::get_if<syntax::Step>(&element.node);
  return step && turns_of(step->quantifier).once() && !(step->quantifier && step->loop.until) ? step : nullptr;
}

}  // namespace tocsin::rules::checking

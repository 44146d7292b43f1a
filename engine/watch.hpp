// Watches what rules do with each event, for explanations. It never changes what they do; with one partition only.
#pragma once

#include "engine/compiled_rules.hpp"

namespace tocsin::engine {

class Watch : public matcher::Tracer {
 public:
  /// The rules that will run. What is interned here stays.
  virtual void begin(const CompiledRules& rules, events::SymbolTable& symbols) = 0;
  /// What follows is about this rule.
  virtual void at(const CompiledRule& rule) = 0;
  /// An event of the key, before and after the rule's runs see it.
  virtual void before(const matcher::RunPool& pool, const matcher::KeyState& key, const Item& item) = 0;
  virtual void after(const matcher::RunPool& pool, const matcher::KeyState& key) = 0;
  /// A match, and what it put out: the end of `out` from `first` on.
  virtual void matched(const matcher::Match& match, const OutputList& out, std::size_t first) = 0;
  /// A result of the key's windows, and what it put out.
  virtual void told(const matcher::WindowResult& result, const KeyRef& key, const OutputList& out,
                    std::size_t first) = 0;
};

}  // namespace tocsin::engine

// Which stream tables the text of a rule or function names, before anything of it is judged: layers are found by it.
#include <algorithm>
#include <set>

#include "rules/check_table.hpp"
#include "rules/syntax_walk.hpp"

namespace tocsin::rules::checking {
namespace {

/// Stream tables named in what is walked, and in the functions called there.
class NamedTables {
 public:
  explicit NamedTables(const Draft& draft) : draft_(draft) {}

  void operator()(const syntax::Expr& expr) {
    if (const auto* index = std::get_if<syntax::Index>(&expr.node)) add_table(*index->object);
    if (const auto* call = std::get_if<syntax::Call>(&expr.node)) add_function(call->function.text);
  }
  const std::set<events::TypeId>& types() const { return types_; }

 private:
  void add_table(const syntax::Expr& object) {
    const auto* reference = std::get_if<syntax::Reference>(&object.node);
    if (!reference) return;
    const auto table = draft_.tables.find(reference->name.text);
    if (table == draft_.tables.end()) return;
    if (const auto* type = std::get_if<syntax::Name>(&table->second.written->from))
      if (const events::TypeId id = draft_.type_called(type->text); id != events::kNoType) types_.insert(id);
  }
  void add_function(const std::string& name) {
    const auto function = draft_.functions.find(name);
    if (function == draft_.functions.end() || !functions_.insert(name).second) return;
    syntax::SyntaxWalk{std::ref(*this)}(function->second.written->body);
  }

  const Draft& draft_;
  std::set<events::TypeId> types_;
  std::set<std::string> functions_;
};

}  // namespace

std::vector<events::TypeId> table_types_of(const Draft& draft, const syntax::Rule& rule) {
  NamedTables named(draft);
  syntax::SyntaxWalk{std::ref(named)}(rule);
  return {named.types().begin(), named.types().end()};
}

bool waits_for_rules(const Draft& draft, const syntax::FnDecl& function) {
  NamedTables named(draft);
  syntax::SyntaxWalk{std::ref(named)}(function.body);
  return std::any_of(named.types().begin(), named.types().end(),
                     [&](events::TypeId type) { return !draft.types[events::index_of(type)].declared; });
}

}  // namespace tocsin::rules::checking

// Tables: declared, their files read, and looked up in expressions.
#pragma once

#include "rules/check_expr.hpp"

namespace tocsin::rules::checking {

// ---- stages

/// Fields, keys and rows of the tables of files; the types of stream tables. All names must be gathered.
void declare_tables(Draft& draft);
/// What is left to judge once all types have their fields.
void finish_tables(Draft& draft);
/// Warns of tables that nothing looks up.
void lint_tables(Draft& draft);

// ---- what rules read

/// Types of the stream tables that the rule may look up, also in functions that it calls; sorted. By its text: some may
/// turn out not to be looked up.
std::vector<events::TypeId> table_types_of(const Draft& draft, const syntax::Rule& rule);
/// Its body looks up a stream table of a type that rules emit: it is judged when these have been.
bool waits_for_rules(const Draft& draft, const syntax::FnDecl& function);

// ---- lookups

/// `T[a, b].pos.lat`, `T[a].@time`
struct LookupPath {
  TableDraft* table = nullptr;
  const syntax::Index* index = nullptr;
  syntax::Name table_name;
  syntax::Name field;  ///< with its points, without `@`
  bool attribute = false;
};
/// `object.field`; empty: it is no lookup.
std::optional<LookupPath> lookup_path_of(const syntax::Expr& object, const syntax::Name& field, bool attribute,
                                         const Scope& scope);
std::optional<Expr> check_lookup(const LookupPath& path, Span span, const Scope& scope);

/// The table, where the name means one: nothing nearer is called so.
TableDraft* table_meant(const syntax::Name& name, const Scope& scope);
/// Reports `T` of `T[a]` that means nothing, where a table with a similar name exists, or only a table can be meant
/// (`several` keys). False: it isn't so.
bool refuse_unknown_table(const syntax::Name& name, bool several, const Scope& scope);
/// `T` where a value must stand.
void refuse_table(const syntax::Name& name, TableDraft& table, const Scope& scope);
/// `T[a]` where a value must stand.
void refuse_row(const syntax::Index& index, const syntax::Name& name, Span span, TableDraft& table, const Scope& scope);

}  // namespace tocsin::rules::checking

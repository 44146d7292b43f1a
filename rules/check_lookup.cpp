// `T[a, b].f` → the field of the row whose key the values are; and what is written in its place by mistake.
//
// A name means a table where nothing nearer is called so: a field of the candidate, a step, a side of a join, a
// parameter or a part of the key. A lookup may always be null, for want of a row.
#include <algorithm>

#include "rules/check_table.hpp"

namespace tocsin::rules::checking {
namespace {

/// `sites[device]`
std::string usage_of(const Table& table) {
  std::string text = table.name + "[";
  for (std::size_t i = 0; i < table.key.size(); ++i) text += (i > 0 ? ", " : "") + table.fields[table.key[i]].name;
  return text + "]";
}

/// `from … as name`, `join … as name`
bool is_alias(const std::string& name, const RuleDraft& rule) {
  if (rule.from == nullptr) return false;
  const auto named = [&](const syntax::Source& source) { return source.alias && source.alias->text == name; };
  return std::any_of(rule.from->sources.begin(), rule.from->sources.end(), named) ||
         std::any_of(rule.from->joins.begin(), rule.from->joins.end(),
                     [&](const syntax::Join& join) { return named(join.source); });
}

bool is_nearer(const std::string& name, const Scope& scope) {
  if (scope.candidate != events::kNoType) {
    const events::EventType& type = scope.draft.schema[scope.candidate];
    if (type.find(name) >= 0 || is_object(type, name)) return true;
  }
  if (scope.place == Place::function && scope.arguments != nullptr) {
    const auto& parameters = scope.arguments->function->written->parameters;
    return std::any_of(parameters.begin(), parameters.end(), [&](const auto& each) { return each.name.text == name; });
  }
  if (scope.rule == nullptr) return false;
  if (step_called(name, scope) || is_alias(name, *scope.rule)) return true;
  const std::vector<KeyPart>& key = scope.rule->plan.key;
  return scope.place != Place::condition && scope.place != Place::span && scope.place != Place::event &&
         std::any_of(key.begin(), key.end(), [&](const KeyPart& part) { return part.name == name; });
}

std::vector<std::string> field_names(const Table& table) {
  std::vector<std::string> names;
  for (const events::Field& field : table.fields)
    if (!field.attribute) names.push_back(field.name);
  return names;
}

std::optional<std::uint32_t> find_attribute_of(const LookupPath& path, const Scope& scope) {
  Table& table = *path.table->table;
  if (table.type == events::kNoType) {
    error(scope.draft, "E0226", path.field.span, "rows of a file have no attributes", "no event's");
    return std::nullopt;
  }
  const std::optional<std::uint32_t> field = find_attribute(scope.draft, table.type, path.field);
  if (field) table.fields = scope.draft.schema[table.type].fields;
  return field;
}

std::optional<std::uint32_t> find_field_of(const LookupPath& path, const Scope& scope) {
  if (path.attribute) return find_attribute_of(path, scope);
  const TableDraft& draft = *path.table;
  const Table& table = *draft.table;
  for (std::uint32_t i = 0; i < table.fields.size(); ++i) {
    if (table.fields[i].name != path.field.text || table.fields[i].attribute) continue;
    return i < draft.fields.size() && draft.fields[i].bad ? std::nullopt : std::optional(i);
  }
  const std::vector<std::string> names = field_names(table);
  const auto inner = std::find_if(names.begin(), names.end(),
                                  [&](const std::string& each) { return each.starts_with(path.field.text + "."); });
  if (inner != names.end()) {
    Diagnostic& problem = error(scope.draft, "E0225", path.field.span,
                                quoted(path.field.text) + " is an object, not a value", "an object");
    help(problem, "read one of its fields: " + quoted(*inner));
    return std::nullopt;
  }
  Diagnostic& problem =
      error(scope.draft, "E0610", path.field.span,
            "table " + quoted(table.name) + " has no field " + quoted(path.field.text), "unknown field");
  also(problem, draft.place, "declared here");
  if (!did_you_mean(problem, path.field, names, "a field") && !names.empty() && names.size() <= 12)
    help(problem, "its fields are " + listed(names));
  return std::nullopt;
}

std::vector<const syntax::Expr*> keys_of(const syntax::Index& index) {
  std::vector<const syntax::Expr*> keys{&*index.index};
  for (const syntax::Expr& each : index.more) keys.push_back(&each);
  return keys;
}

/// The values of the key, of its types; empty: something is wrong with them, and it is reported.
std::optional<std::vector<Expr>> check_keys(const LookupPath& path, Span span, const Scope& scope) {
  const Table& table = *path.table->table;
  const std::vector<const syntax::Expr*> written = keys_of(*path.index);
  std::vector<Expr> keys;
  bool good = true;
  if (!path.table->bad && written.size() != table.key.size()) {
    Diagnostic& problem =
        error(scope.draft, "E0607", span,
              "the key of table " + quoted(table.name) + " has " + std::to_string(table.key.size()) +
                  (table.key.size() == 1 ? " part" : " parts") + ", not " + std::to_string(written.size()),
              "too " + std::string(written.size() > table.key.size() ? "many" : "few"));
    also(problem, path.table->place, "declared here");
    help(problem, "it is looked up as " + quoted(usage_of(table) + "." + path.field.text));
    good = false;
  }
  for (std::size_t i = 0; i < written.size(); ++i) {
    std::optional<Expr> key = check_expr(*written[i], scope);
    if (!key) {
      good = false;
      continue;
    }
    if (good && !path.table->bad) {
      const events::Field& field = table.fields[table.key[i]];
      if (!fits(*key, field.type)) {
        Diagnostic& problem = error(scope.draft, "E0607", written[i]->span,
                                    quoted(field.name) + " of table " + quoted(table.name) + " is " +
                                        a_type(field.type) + ", and this is " + a_type(key->type),
                                    std::string(events::name_of(key->type)));
        Expr other;
        other.type = field.type;
        help_types(problem, *written[i], *key, other);
        also(problem, path.table->place, "declared here");
        good = false;
        continue;
      }
    }
    keys.push_back(std::move(*key));
  }
  if (!good) return std::nullopt;
  return keys;
}

}  // namespace

TableDraft* table_meant(const syntax::Name& name, const Scope& scope) {
  const auto found = scope.draft.tables.find(name.text);
  return found == scope.draft.tables.end() || is_nearer(name.text, scope) ? nullptr : &found->second;
}

std::optional<LookupPath> lookup_path_of(const syntax::Expr& object, const syntax::Name& field, bool attribute,
                                         const Scope& scope) {
  if (const auto* member = std::get_if<syntax::Member>(&object.node)) {
    if (attribute) return std::nullopt;
    std::optional<LookupPath> path = lookup_path_of(*member->object, member->field, false, scope);
    if (path)
      path->field = {path->field.text + "." + field.text, {field.span.file, path->field.span.begin, field.span.end}};
    return path;
  }
  const auto* index = std::get_if<syntax::Index>(&object.node);
  const auto* name = index ? std::get_if<syntax::Reference>(&index->object->node) : nullptr;
  TableDraft* table = name ? table_meant(name->name, scope) : nullptr;
  if (!table) return std::nullopt;
  return LookupPath{table, index, name->name, field, attribute};
}

std::optional<Expr> check_lookup(const LookupPath& path, Span span, const Scope& scope) {
  path.table->used = true;
  if (scope.place == Place::constant) {
    error(scope.draft, "E0502", span, "this is not a constant", "tables can't be looked up here");
    return std::nullopt;
  }
  const bool known = judge_table(scope.draft, *path.table);
  const Span of_key{span.file, path.table_name.span.begin, keys_of(*path.index).back()->span.end + 1};
  std::optional<std::vector<Expr>> keys = check_keys(path, of_key, scope);
  if (path.table->table->fields.empty()) return std::nullopt;  // of no known type
  const std::optional<std::uint32_t> field = find_field_of(path, scope);
  if (!known || !keys || !field) return std::nullopt;
  Expr expr;
  expr.op = Op::lookup;
  expr.type = path.table->table->fields[*field].type;
  expr.nullable = true;
  expr.field = *field;
  expr.table = path.table->table;
  expr.args = std::move(*keys);
  return expr;
}

bool refuse_unknown_table(const syntax::Name& name, bool several, const Scope& scope) {
  if (is_nearer(name.text, scope) || scope.draft.constants.contains(name.text)) return false;
  std::vector<std::string> names;
  for (const auto& [known, table] : scope.draft.tables) names.push_back(known);
  if (!several && nearest(name.text, names).empty()) return false;
  Diagnostic& problem =
      error(scope.draft, "E0611", name.span, "no table is called " + quoted(name.text), "unknown table");
  if (!did_you_mean(problem, name, names, "a table"))
    help(problem, "a table is declared: `table " + name.text + " from \"file.csv\" key … { … }`");
  return true;
}

void refuse_table(const syntax::Name& name, TableDraft& table, const Scope& scope) {
  table.used = true;
  judge_table(scope.draft, table);
  Diagnostic& problem =
      error(scope.draft, "E0608", name.span, quoted(name.text) + " is a table, not a value", "a table");
  also(problem, table.place, "declared here");
  if (!table.bad && !table.table->fields.empty())
    help(problem,
         "look up a field of a row: " + quoted(usage_of(*table.table) + "." + table.table->fields.back().name));
}

void refuse_row(const syntax::Index& index, const syntax::Name& name, Span span, TableDraft& table,
                const Scope& scope) {
  table.used = true;
  judge_table(scope.draft, table);
  for (const syntax::Expr* key : keys_of(index)) check_expr(*key, scope);
  Diagnostic& problem =
      error(scope.draft, "E0608", span, "a row of table " + quoted(name.text) + " is no value", "a row");
  if (!table.bad && !table.table->fields.empty())
    help(problem, "read one of its fields: " + quoted(usage_of(*table.table) + "." + table.table->fields.back().name));
}

}  // namespace tocsin::rules::checking

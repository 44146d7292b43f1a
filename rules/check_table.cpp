// `table` declarations → tables: fields and keys judged, files read through what compile() was given.
//
// A stream table has the fields of its event type, which may be emitted and then is known only when the rules that emit
// it have been judged: its key is judged at its first lookup, or at the end.
#include <algorithm>

#include "rules/check_table.hpp"
#include "rules/table_file.hpp"

namespace tocsin::rules::checking {
namespace {

bool can_be_key(events::Type type) {
  return type == events::Type::boolean || type == events::Type::integer || type == events::Type::string ||
         type == events::Type::time;
}

std::vector<std::string> names_of(const std::vector<events::Field>& fields) {
  std::vector<std::string> names;
  for (const events::Field& field : fields)
    if (!field.attribute) names.push_back(field.name);
  return names;
}

/// Tells whether the field can be a part of the key.
bool judge_key_field(Draft& draft, const syntax::Name& name, const TableDraft& table, const events::Field& field) {
  if (!can_be_key(field.type)) {
    Diagnostic& problem = error(draft, "E0606", name.span, a_type(field.type) + " can't be a key of a table",
                                quoted(name.text) + " is " + a_type(field.type));
    help(problem, "keys are bool, int, string or time");
    return false;
  }
  if (!field.optional) return true;
  Diagnostic& problem =
      error(draft, "E0606", name.span, "the key of a table can't be null", quoted(name.text) + " may be absent");
  help(problem, std::holds_alternative<syntax::Name>(table.written->from)
                    ? "a field of " + quoted(std::get<syntax::Name>(table.written->from).text) + " that is always there"
                    : "declare it without `?`");
  return false;
}

/// Its fields must be known.
void judge_key(Draft& draft, TableDraft& table) {
  Table& made = *table.table;
  for (const syntax::Name& name : table.written->key) {
    const auto found = std::find_if(made.fields.begin(), made.fields.end(),
                                    [&](const events::Field& field) { return field.name == name.text; });
    if (found == made.fields.end()) {
      table.bad = true;
      Diagnostic& problem = error(draft, "E0606", name.span,
                                  "table " + quoted(made.name) + " has no field " + quoted(name.text), "unknown field");
      const std::vector<std::string> names = names_of(made.fields);
      if (!did_you_mean(problem, name, names, "a field") && !names.empty() && names.size() <= 12)
        help(problem, "its fields are " + listed(names));
      continue;
    }
    const auto index = static_cast<std::uint32_t>(found - made.fields.begin());
    if (index < table.fields.size() && table.fields[index].bad) {
      table.bad = true;
    } else if (std::find(made.key.begin(), made.key.end(), index) != made.key.end()) {
      table.bad = true;
      error(draft, "E0606", name.span, quoted(name.text) + " stands twice in the key", "a second time");
    } else {
      table.bad = !judge_key_field(draft, name, table, *found) || table.bad;
      made.key.push_back(index);
    }
  }
}

/// Relative paths start where the rule file stands.
std::string path_of(const Draft& draft, const syntax::TableDecl::File& file) {
  const std::string& from = draft.sources[file.span.file].name;
  const std::size_t folder = from.rfind('/');
  if (file.path.starts_with('/') || folder == std::string::npos) return file.path;
  return from.substr(0, folder + 1) + file.path;
}

bool ends_with_any(std::string path, std::initializer_list<std::string_view> endings) {
  path = lowered(std::move(path));
  for (const std::string_view packed : {".gz", ".zst"})
    if (path.ends_with(packed)) path.resize(path.size() - packed.size());
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return path.ends_with(ending); });
}

void tell(Draft& draft, const syntax::TableDecl::File& file, const TableText& text) {
  for (const TableFault& fault : text.faults) {
    Diagnostic& problem =
        error(draft, fault.code, file.span,
              file.path + ":" + std::to_string(fault.line) + ":" + std::to_string(fault.column) + ": " + fault.what,
              "read here");
    if (!fault.help.empty()) help(problem, fault.help);
  }
  if (text.more && text.faults.size() == kMaxTableFaults)
    help(draft.diagnostics.back(),
         "there may be more: no more than " + std::to_string(kMaxTableFaults) + " problems of a file are told");
}

void read_file(Draft& draft, TableDraft& table, const syntax::TableDecl::File& file) {
  Table& made = *table.table;
  made.path = path_of(draft, file);
  const bool csv = ends_with_any(file.path, {".csv"});
  if (!csv && !ends_with_any(file.path, {".ndjson", ".jsonl"})) {
    Diagnostic& problem = error(draft, "E0601", file.span, "a table is read from CSV or from JSON, an object a line",
                                "neither `.csv`, `.ndjson` nor `.jsonl`");
    help(problem, "the file's name tells which it is");
    return;
  }
  if (table.bad) return;
  const tl::expected<std::string, std::string> text =
      draft.read ? draft.read(made.path) : tl::unexpected(std::string("there are no files here"));
  if (!text) {
    Diagnostic& problem =
        error(draft, "E0601", file.span, "the file of table " + quoted(made.name) + " can't be read", text.error());
    if (!file.path.starts_with('/')) help(problem, "paths start from the folder of the rule file");
    return;
  }
  const TableShape shape{made.name, made.fields, made.key, kMaxTableRows};
  TableText rows = csv ? read_csv_table(*text, shape) : read_json_table(*text, shape);
  tell(draft, file, rows);
  if (rows.faults.empty()) made.rows = std::move(rows.rows);
}

void declare_file(Draft& draft, TableDraft& table, const syntax::TableDecl::File& file) {
  events::EventType fields;
  fields.name = table.table->name;
  TypeDraft known;
  declare_fields(draft, "table", fields, known, table.written->fields);
  table.table->fields = std::move(fields.fields);
  table.fields = std::move(known.fields);
  table.judged = Judged::done;
  table.bad = std::any_of(table.fields.begin(), table.fields.end(), [](const FieldDraft& each) { return each.bad; });
  judge_key(draft, table);
  if (table.written->broken)
    table.bad = true;
  else
    read_file(draft, table, file);
}

}  // namespace

bool judge_table(Draft& draft, TableDraft& table) {
  if (table.judged == Judged::done) return !table.bad;
  table.judged = Judged::done;
  Table& made = *table.table;
  if (made.type == events::kNoType || draft.of(made.type).broken) {
    table.bad = true;
    return false;
  }
  made.fields = draft.schema[made.type].fields;
  table.fields = draft.of(made.type).fields;
  table.bad = table.written->broken;
  judge_key(draft, table);
  return !table.bad;
}

void declare_tables(Draft& draft) {
  for (auto& [name, table] : draft.tables) {
    table.table->name = name;
    if (const auto* file = std::get_if<syntax::TableDecl::File>(&table.written->from))
      declare_file(draft, table, *file);
    else
      table.table->type = find_type(draft, std::get<syntax::Name>(table.written->from));
  }
}

void finish_tables(Draft& draft) {
  for (auto& [name, table] : draft.tables) {
    judge_table(draft, table);
    if (table.table->type != events::kNoType) table.table->fields = draft.schema[table.table->type].fields;
  }
}

void lint_tables(Draft& draft) {
  if (draft.incomplete || has_errors(draft.diagnostics)) return;
  for (const auto& [name, table] : draft.tables)
    if (!table.used) warning(draft, "W0601", table.place, "nothing looks up table " + quoted(name), "never used");
}

}  // namespace tocsin::rules::checking

// The syntax tree as indented text: a node a line, with its place as line:column.
#include <algorithm>
#include <vector>

#include "rules/syntax.hpp"
#include "rules/syntax_dump_lines.hpp"

namespace tocsin::rules::syntax {
namespace {

std::string joined(const std::vector<Name>& names, std::string_view between) {
  std::string out;
  for (const Name& name : names) out.append(out.empty() ? "" : between).append(name.text);
  return out;
}

std::string text_of_type(const TypeOf& type) {
  if (const auto* name = std::get_if<Name>(&type.node)) return name->text;
  if (const auto* element = std::get_if<Box<TypeOf>>(&type.node)) return "list<" + text_of_type(**element) + ">";
  return "{…}";
}

std::string times_of(const std::optional<Quantifier>& quantifier) {
  if (!quantifier) return "";
  const std::string min = text_of(quantifier->min);
  if (!quantifier->max) return " {" + min + ",}";
  const std::string max = text_of(*quantifier->max);
  return " {" + min + (max == min ? "" : "," + max) + "}";
}

class Dumper : DumpLines {
 public:
  explicit Dumper(const Source& source) : DumpLines(source) {}

  std::string run(const Tree& tree) {
    for (const Declaration& declaration : tree.declarations)
      std::visit([&](const auto& node) { show(node, declaration.span); }, declaration.node);
    for (const Comment& comment : tree.comments) line("comment", comment.span);
    return take();
  }

 private:
  // ---- declarations

  void show(const NotYet& node, const Span& span) {
    line("not yet: " + node.what + (node.declares.empty() ? "" : " declares " + joined(node.declares, ", ")), span);
  }

  void show(const EventDecl& node, const Span& span) {
    line("event " + node.name.text + (node.wire ? " " + quoted_text(*node.wire) : "") + (node.broken ? " broken" : ""),
         span);
    inside([&] { show(node.fields); });
  }
  void show(const std::vector<FieldDecl>& fields) {
    for (const FieldDecl& field : fields) {
      line("field " + field.name.text + ": " + text_of_type(field.type) + (field.optional ? "?" : "") +
               (field.pointer ? " from " + quoted_text(*field.pointer) : ""),
           field.span);
      if (const auto* nested = std::get_if<std::vector<FieldDecl>>(&field.type.node)) inside([&] { show(*nested); });
    }
  }

  void show(const LetDecl& node, const Span& span) {
    line("let " + node.name.text + (node.broken ? " broken" : ""), span);
    if (!node.broken) inside([&] { show(node.value); });
  }
  void show(const FnDecl& node, const Span& span) {
    line("fn " + node.name.text + (node.broken ? " broken" : ""), span);
    inside([&] {
      for (const FnDecl::Parameter& parameter : node.parameters)
        line("parameter " + parameter.name.text + ": " + text_of_type(parameter.type) + (parameter.optional ? "?" : ""),
             parameter.name.span);
      if (!node.broken) show(node.body);
    });
  }

  void show(const Rule& node, const Span& span) {
    line("rule " + node.name.text + (node.description ? " " + quoted_text(*node.description) : "") +
             (node.broken ? " broken" : ""),
         span);
    inside([&] {
      for (const Clause& clause : node.clauses)
        std::visit([&](const auto& read) { show(read, clause.span); }, clause.node);
    });
  }

  void show(const Test& node, const Span& span) {
    line("test " + node.rule.text + " " + quoted_text(node.title) + (node.broken ? " broken" : ""), span);
    inside([&] {
      for (const auto& item : node.items) std::visit([&](const auto& read) { show(read, read.span); }, item);
    });
  }

  // ---- clauses

  void show(const Match& node, const Span& span) {
    line("match", span);
    inside([&] { show(node.pattern.elements); });
  }
  void show(const From& node, const Span& span) { line("from " + joined(node.types, ", "), span); }
  void show(const By& node, const Span& span) {
    line("by", span);
    inside([&] {
      for (const KeyPart& part : node.parts) show(part);
    });
  }
  void show(const KeyPart& part) {
    std::string text;
    if (const auto* name = std::get_if<Name>(&part.node)) text = name->text;
    if (const auto* typed = std::get_if<std::vector<KeyPart::Typed>>(&part.node))
      for (const KeyPart::Typed& side : *typed)
        text += (text.empty() ? "" : " == ") + side.type.text + "." + side.field.text;
    const auto* computed = std::get_if<NamedExpr>(&part.node);
    if (computed) text = computed->name.text + " =";
    line("key " + text, part.span);
    if (computed) inside([&] { show(computed->expr); });
  }
  void show(const Within& node, const Span& span) { line("within " + text_of(node.bound), span); }
  void show(const AfterMatchSkipPastLast&, const Span& span) { line("after match skip past last", span); }
  void show(const LimitRuns& node, const Span& span) { line("limit runs " + text_of(node.runs), span); }
  void show(const Throttle& node, const Span& span) {
    line("throttle " + text_of(node.count) + " per " + text_of(node.per), span);
    inside([&] {
      for (const Expr& each : node.each) show(each);
    });
  }
  void show(const Tags& node, const Span& span) {
    std::string text = "tags";
    for (const std::string& tag : node.tags) text += " " + quoted_text(tag);
    line(text, span);
  }
  void show(const Owner& node, const Span& span) { line("owner " + quoted_text(node.text), span); }
  void show(const Runbook& node, const Span& span) { line("runbook " + quoted_text(node.text), span); }
  void show(const Priority& node, const Span& span) { line("priority " + std::to_string(node.value), span); }
  void show(const Shadow&, const Span& span) { line("shadow", span); }
  void show(const Disabled&, const Span& span) { line("disabled", span); }

  void show(const Alert& node, const Span& span) {
    line("alert", span);
    inside([&] {
      show(node.severity);
      dump_message(*this, node.message);
      show(node.fields);
      show(node.condition);
      if (node.resolve) show(*node.resolve);
    });
  }
  void show(const Resolve& node) {
    line((node.events.empty() ? "resolve after "
          : node.span         ? "resolve not for "
                              : "resolve") +
             (node.span ? text_of(*node.span) : ""),
         node.place);
    inside([&] {
      for (const EventRef& event : node.events) show(event);
    });
  }
  void show(const Emit& node, const Span& span) {
    line("emit " + node.type.text, span);
    inside([&] {
      show(node.fields);
      show(node.condition);
    });
  }
  void show(const Action& node, const Span& span) {
    line("action " + node.name.text, span);
    inside([&] {
      show(node.fields);
      show(node.condition);
    });
  }
  void show(const std::vector<NamedExpr>& fields) {
    for (const NamedExpr& field : fields) {
      line("field " + field.name.text, field.name.span);
      inside([&] { show(field.expr); });
    }
  }
  void show(const std::optional<Expr>& condition) {
    if (!condition) return;
    line("only if", condition->span);
    inside([&] { show(*condition); });
  }
  void show(const Expr& expr) { dump_expression(*this, expr); }

  // ---- patterns

  void show(const std::vector<Element>& elements) {
    for (const Element& element : elements) {
      const std::string arrow = !element.arrow ? "" : *element.arrow == Arrow::next ? "=> " : "-> ";
      std::visit([&](const auto& node) { show(arrow, node, element.span); }, element.node);
    }
  }
  void show(const std::string& arrow, const Step& node, const Span& span) {
    line(arrow + "step " + (node.name ? node.name->text + ": " : "") + joined(node.event.types, "|") +
             times_of(node.quantifier),
         span);
    inside([&] { condition(node.event); });
  }
  void show(const std::string& arrow, const Absent& node, const Span& span) {
    line(arrow + "not", span);
    inside([&] {
      for (const EventRef& event : node.events) show(event);
    });
  }
  void show(const std::string& arrow, const Group& node, const Span& span) {
    line(arrow + "group" + times_of(node.quantifier), span);
    inside([&] { show(node.elements); });
  }
  void show(const std::string& arrow, const NotYet& node, const Span& span) {
    line(arrow + "…", span);
    inside([&] { show(node, span); });
  }
  void show(const EventRef& event) {
    line(joined(event.types, "|"), event.span);
    inside([&] { condition(event); });
  }
  void condition(const EventRef& event) {
    if (event.condition) show(*event.condition);
  }

  // ---- tests

  void show(const TestEvent& node, const Span& span) {
    line("at " + text_of(node.at) + (node.arriving ? " arriving " + text_of(*node.arriving) : "") + " " +
             node.type.text + (node.repeat ? " x " + text_of(*node.repeat) : "") +
             (node.every ? " every " + text_of(*node.every) : ""),
         span);
    inside([&] { show(node.fields); });
  }
  void show(const TestWait& node, const Span& span) { line("at " + text_of(node.at) + " wait", span); }
  void show(const TestLoad& node, const Span& span) { line("load " + quoted_text(node.path), span); }
  void show(const TestStart& node, const Span& span) { line("start " + quoted_text(node.time), span); }
  void show(const TestLateness& node, const Span& span) { line("lateness " + text_of(node.lateness), span); }
  void show(const Expect& node, const Span& span) {
    constexpr std::string_view kWords[] = {"alert", "emit", "action", "resolved", "updated", "nothing else"};
    std::string text = "expect";
    if (node.at) text += " at " + text_of(*node.at);
    if (node.count) text += " " + text_of(*node.count);
    text.append(" ").append(kWords[static_cast<std::size_t>(node.what)]);
    if (!node.name.text.empty()) text += " " + node.name.text;
    line(text, span);
    inside([&] { show(node.fields); });
  }
};

}  // namespace

std::string dump(const Tree& tree, const Source& source) { return Dumper(source).run(tree); }

}  // namespace tocsin::rules::syntax

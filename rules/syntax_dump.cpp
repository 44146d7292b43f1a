// The syntax tree as indented text: a node a line, with its place as line:column.
#include <algorithm>
#include <vector>

#include "rules/syntax.hpp"
#include "rules/syntax_dump_lines.hpp"

namespace tocsin::rules::syntax {
namespace {

std::string text_of_type(const TypeOf& type) {
  if (const auto* name = std::get_if<Name>(&type.node)) return name->text;
  if (const auto* element = std::get_if<Box<TypeOf>>(&type.node)) return "list<" + text_of_type(**element) + ">";
  return "{…}";
}

std::string text_of(const AfterMatch& node) {
  constexpr std::string_view kPolicies[] = {"skip past last", "skip to next", "skip to first", "skip to last", "keep"};
  return std::string(kPolicies[static_cast<std::size_t>(node.policy)]) + (node.step ? " " + node.step->text : "");
}

class Dumper : DumpLines {
 public:
  explicit Dumper(const rules::Source& source) : DumpLines(source) {}

  std::string run(const Tree& tree) {
    for (const Declaration& declaration : tree.declarations)
      std::visit([&](const auto& node) { show(node, declaration.span); }, declaration.node);
    for (const Comment& comment : tree.comments) line("comment", comment.span);
    return take();
  }

 private:
  // ---- declarations

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

  void show(const TableDecl& node, const Span& span) {
    const auto* file = std::get_if<TableDecl::File>(&node.from);
    line("table " + node.name.text + " from " + (file ? quoted_text(file->path) : std::get<Name>(node.from).text) +
             " key " + joined(node.key, ", ") + (node.broken ? " broken" : ""),
         span);
    inside([&] { show(node.fields); });
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
    line(std::string("match") + (node.all ? " all" : "") + (node.up_to ? " up to " + text_of(*node.up_to) : ""), span);
    inside([&] { dump_pattern(*this, node.pattern); });
  }
  void show(const From& node, const Span& span) {
    line("from", span);
    inside([&] {
      for (const Source& source : node.sources) show(source);
      for (const Join& join : node.joins) show(join);
    });
  }
  void show(const Source& source) { dump_event(*this, source.event, source.alias ? " as " + source.alias->text : ""); }
  void show(const Join& node) {
    line(std::string(node.left ? "left " : "") + "join" + (node.last ? " last" : "") +
             (node.within ? " within " + text_of(*node.within) : ""),
         node.span);
    inside([&] {
      show(node.source);
      if (!node.on) return;
      line("on", node.on->span);
      inside([&] { show(*node.on); });
    });
  }
  void show(const Window& node, const Span& span) {
    constexpr std::string_view kKinds[] = {"tumbling", "sliding", "session", "rolling", "last", "batch", "global"};
    std::string text = "window " + std::string(kKinds[static_cast<std::size_t>(node.kind)]);
    if (node.size) text += " " + text_of(*node.size);
    if (node.count) text += " " + text_of(*node.count);
    if (node.every) text += (node.kind == Window::Kind::rolling ? " step " : " every ") + text_of(*node.every);
    if (node.zone) text += " in " + quoted_text(*node.zone);
    line(text, span);
  }
  void show(const When& node, const Span& span) {
    line("when", span);
    inside([&] { show(node.condition); });
  }
  void show(const Every& node, const Span& span) {
    const auto* count = std::get_if<CountOf>(&node.period);
    line("every " + (count ? text_of(*count) + " events" : text_of(std::get<DurationOf>(node.period))), span);
  }
  void show(const Rollup& node, const Span& span) {
    std::string text = "rollup";
    for (const DurationOf& grain : node.grains) text += " " + text_of(grain);
    line(text, span);
  }
  void show(const Late& node, const Span& span) { line("late " + text_of(node.span), span); }
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
  void show(const AfterMatch& node, const Span& span) { line("after match " + text_of(node), span); }
  void show(const LimitRuns& node, const Span& span) { line("limit runs " + text_of(node.runs), span); }
  void show(const LimitMatches& node, const Span& span) { line("limit matches " + text_of(node.matches), span); }
  void show(const LimitMemory& node, const Span& span) { line("limit memory " + std::to_string(node.bytes), span); }
  void show(const Forget& node, const Span& span) { line("forget " + text_of(node.span), span); }
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
    line(node.timeout ? "timeout alert" : "alert", span);
    inside([&] {
      show(node.severity);
      dump_message(*this, node.message);
      show(node.fields);
      show(node.condition);
      if (node.resolve) show(*node.resolve);
      if (node.hold) line("hold " + text_of(*node.hold), node.hold_span);
      if (node.keep) line("keep " + text_of(*node.keep), node.keep_span);
      if (!node.dedup) return;
      line("dedup by", node.dedup_span);
      inside([&] { show(*node.dedup); });
    });
  }
  void show(const Resolve& node) {
    line((node.events.empty() ? "resolve after "
          : node.span         ? "resolve not for "
                              : "resolve") +
             (node.span ? text_of(*node.span) : ""),
         node.place);
    inside([&] {
      for (const EventRef& event : node.events) dump_event(*this, event);
    });
  }
  void show(const Emit& node, const Span& span) {
    line((node.timeout ? "timeout emit " : "emit ") + node.type.text, span);
    inside([&] {
      show(node.fields);
      show(node.condition);
    });
  }
  void show(const Action& node, const Span& span) {
    line((node.timeout ? "timeout action " : "action ") + node.name.text, span);
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

std::string dump(const Tree& tree, const rules::Source& source) { return Dumper(source).run(tree); }

}  // namespace tocsin::rules::syntax

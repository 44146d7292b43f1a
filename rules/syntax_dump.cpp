// The syntax tree as indented text: a node a line, with its place as line:column.
#include <algorithm>
#include <vector>

#include "rules/syntax.hpp"

namespace tocsin::rules::syntax {
namespace {

class Dumper {
 public:
  explicit Dumper(const Source& source) : source_(source) {
    for (std::uint32_t i = 0; i < source.text.size(); ++i)
      if (source.text[i] == '\n') line_begins_.push_back(i + 1);
  }

  std::string run(const Tree& tree) {
    for (const Declaration& declaration : tree.declarations)
      std::visit([&](const auto& node) { show(node, declaration.span); }, declaration.node);
    for (const Comment& comment : tree.comments) line("comment", comment.span);
    return std::move(out_);
  }

 private:
  void line(const std::string& text, const Span& span) {
    out_.append(2 * static_cast<std::size_t>(depth_), ' ').append(text).append("  ").append(place(span)).append("\n");
  }
  std::string place(const Span& span) const {
    const auto next = std::upper_bound(line_begins_.begin(), line_begins_.end(), span.begin);
    std::uint32_t column = 1;
    for (std::uint32_t i = *(next - 1); i < span.begin; ++i)
      if ((static_cast<unsigned char>(source_.text[i]) & 0xc0U) != 0x80U) ++column;
    return std::to_string(next - line_begins_.begin()) + ":" + std::to_string(column);
  }
  static std::string quoted(const std::string& text) { return '"' + escaped(text) + '"'; }
  static std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
      if (c == '\n')
        out += "\\n";
      else if (c == '\t')
        out += "\\t";
      else if (c == '"' || c == '\\')
        (out += '\\') += c;
      else
        out += c;
    }
    return out;
  }
  template <class Body>
  void inside(Body body) {
    ++depth_;
    body();
    --depth_;
  }

  // ---- declarations

  void show(const NotYet& node, const Span& span) {
    std::string text = "not yet: " + node.what;
    for (std::size_t i = 0; i < node.declares.size(); ++i)
      text += (i == 0 ? " declares " : ", ") + node.declares[i].text;
    line(text, span);
  }

  void show(const EventDecl& node, const Span& span) {
    line("event " + node.name.text + (node.wire ? " " + quoted(*node.wire) : "") + (node.broken ? " broken" : ""),
         span);
    inside([&] {
      for (const FieldDecl& field : node.fields) show(field);
    });
  }

  void show(const FieldDecl& field) {
    const auto* type = std::get_if<Name>(&field.type);
    line("field " + field.name.text + ": " + (type ? type->text : "…") + (field.optional ? "?" : "") +
             (field.pointer ? " from " + quoted(*field.pointer) : ""),
         field.span);
    if (const auto* construct = std::get_if<NotYet>(&field.type)) inside([&] { show(*construct, construct->span); });
  }

  void show(const Rule& node, const Span& span) {
    line("rule " + node.name.text + (node.description ? " " + quoted(*node.description) : "") +
             (node.broken ? " broken" : ""),
         span);
    inside([&] {
      for (const Clause& clause : node.clauses)
        std::visit([&](const auto& read) { show(read, clause.span); }, clause.node);
    });
  }

  void show(const Test& node, const Span& span) {
    line("test " + node.rule.text + " " + quoted(node.title) + (node.broken ? " broken" : ""), span);
    inside([&] {
      for (const auto& item : node.items) std::visit([&](const auto& read) { show(read, read.span); }, item);
    });
  }

  // ---- clauses

  void show(const Match& node, const Span& span) {
    line("match", span);
    inside([&] {
      for (const Element& element : node.pattern.elements) show(element);
    });
  }
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
    line("key " + text, part.span);
  }
  void show(const Within& node, const Span& span) { line("within " + events::format_duration(node.bound), span); }
  void show(const AfterMatchSkipPastLast&, const Span& span) { line("after match skip past last", span); }
  void show(const LimitRuns& node, const Span& span) { line("limit runs " + std::to_string(node.runs), span); }
  void show(const Alert& node, const Span& span) {
    line("alert " + std::string(events::name_of(node.severity)), span);
    inside([&] {
      show(node.message);
      show(node.fields);
    });
  }
  void show(const Emit& node, const Span& span) {
    line("emit " + node.type.text, span);
    inside([&] { show(node.fields); });
  }
  void show(const Message& message) {
    line("message", message.span);
    inside([&] {
      for (const MessagePart& part : message.parts) {
        if (const auto* text = std::get_if<std::string>(&part.node)) line("text " + quoted(*text), part.span);
        if (const auto* expr = std::get_if<Expr>(&part.node)) {
          line("value" + (part.format.empty() ? "" : " :" + part.format), part.span);
          inside([&] { show(*expr); });
        }
      }
    });
  }
  void show(const std::vector<NamedExpr>& fields) {
    for (const NamedExpr& field : fields) {
      line("field " + field.name.text, field.name.span);
      inside([&] { show(field.expr); });
    }
  }

  // ---- patterns

  void show(const Element& element) {
    const std::string arrow = !element.arrow ? "" : *element.arrow == Arrow::next ? "=> " : "-> ";
    if (const auto* step = std::get_if<Step>(&element.node)) {
      const std::string times = step->quantifier ? " " + times_of(*step->quantifier) : "";
      line(arrow + "step " + (step->name ? step->name->text + ": " : "") + step->event.type.text + times, element.span);
      inside([&] { condition(step->event); });
    } else if (const auto* absent = std::get_if<Absent>(&element.node)) {
      line(arrow + "not", element.span);
      inside([&] {
        for (const EventRef& event : absent->events) {
          line(event.type.text, event.span);
          inside([&] { condition(event); });
        }
      });
    } else {
      line(arrow + "…", element.span);
      inside([&] { show(std::get<NotYet>(element.node), element.span); });
    }
  }
  void condition(const EventRef& event) {
    if (event.condition) show(*event.condition);
  }
  static std::string times_of(const Quantifier& quantifier) {
    const std::string min = std::to_string(quantifier.min);
    if (!quantifier.max) return "{" + min + ",}";
    return "{" + min + (*quantifier.max == quantifier.min ? "" : "," + std::to_string(*quantifier.max)) + "}";
  }

  // ---- tests

  void show(const TestEvent& node, const Span& span) {
    const std::string times =
        node.repeat == 1 ? "" : " x " + std::to_string(node.repeat) + " every " + events::format_duration(node.every);
    line("at " + events::format_duration(node.at) + " " + node.type.text + times, span);
    inside([&] { show(node.fields); });
  }
  void show(const TestWait& node, const Span& span) { line("at " + events::format_duration(node.at) + " wait", span); }
  void show(const Expect& node, const Span& span) {
    std::string text = "expect";
    if (node.at) text += " at " + events::format_duration(*node.at);
    if (node.count) text += " " + std::to_string(*node.count);
    text += node.what == Expect::What::alert ? " alert" : node.what == Expect::What::emit ? " emit" : " nothing else";
    if (!node.name.text.empty()) text += " " + node.name.text;
    line(text, span);
    inside([&] { show(node.fields); });
  }

  // ---- expressions

  void show(const Expr& expr) {
    std::visit([&](const auto& node) { show(node, expr.span); }, expr.node);
  }
  void show(const Literal& node, const Span& span) {
    const auto* text = std::get_if<std::string>(&node.value);
    line("literal " + (text ? quoted(*text) : events::to_text(node.value)), span);
  }
  void show(const Reference& node, const Span& span) { line("name " + node.name.text, span); }
  void show(const Member& node, const Span& span) {
    line("member ." + node.field.text, span);
    inside([&] { show(*node.object); });
  }
  void show(const Call& node, const Span& span) {
    line("call " + node.function.text, span);
    inside([&] {
      for (const Expr& arg : node.args) show(arg);
    });
  }
  void show(const Unary& node, const Span& span) {
    line(node.op == UnaryOp::negate ? "negate" : "not", span);
    inside([&] { show(*node.operand); });
  }
  void show(const Binary& node, const Span& span) {
    line(std::string(text_of(node.op)), span);
    inside([&] {
      show(*node.left);
      show(*node.right);
    });
  }
  void show(const IsNull& node, const Span& span) {
    line(node.negated ? "is not null" : "is null", span);
    inside([&] { show(*node.operand); });
  }

  const Source& source_;
  std::vector<std::uint32_t> line_begins_{0};
  std::string out_;
  int depth_ = 0;
};

}  // namespace

std::string dump(const Tree& tree, const Source& source) { return Dumper(source).run(tree); }

}  // namespace tocsin::rules::syntax

// Expressions and messages in the syntax tree's dump; and the lines it is made of.
#include <algorithm>

#include "rules/syntax_dump_lines.hpp"

namespace tocsin::rules::syntax {
namespace {

class ExpressionDumper {
 public:
  explicit ExpressionDumper(DumpLines& out) : out_(out) {}

  void show(const Expr& expr) {
    std::visit([&](const auto& node) { show(node, expr.span); }, expr.node);
  }

 private:
  void show(const Literal& node, const Span& span) {
    const auto* text = std::get_if<std::string>(&node.value);
    out_.line("literal " + (text ? quoted_text(*text) : events::to_text(node.value)), span);
  }
  void show(const Reference& node, const Span& span) { out_.line("name " + node.name.text, span); }
  void show(const Member& node, const Span& span) {
    out_.line("member ." + node.field.text, span);
    inside(*node.object);
  }
  void show(const Call& node, const Span& span) {
    out_.line("call " + node.function.text, span);
    inside(node.args);
  }
  void show(const Unary& node, const Span& span) {
    out_.line(node.op == UnaryOp::negate ? "negate" : "not", span);
    inside(*node.operand);
  }
  void show(const Binary& node, const Span& span) {
    out_.line(std::string(text_of(node.op)), span);
    inside(*node.left);
    inside(*node.right);
  }
  void show(const IsNull& node, const Span& span) {
    out_.line(node.negated ? "is not null" : "is null", span);
    inside(*node.operand);
  }
  void show(const Membership& node, const Span& span) {
    constexpr std::string_view kWords[] = {"in […]", "in", "between", "like", "matches"};
    out_.line((node.negated ? "not " : "") + std::string(kWords[static_cast<std::size_t>(node.kind)]), span);
    inside(*node.operand);
    inside(node.args);
  }
  void show(const Conditional& node, const Span& span) {
    out_.line("if", span);
    inside(*node.condition);
    inside(*node.yes);
    inside(*node.no);
  }
  void show(const ListOf& node, const Span& span) {
    out_.line("list", span);
    inside(node.items);
  }
  void show(const Index& node, const Span& span) {
    out_.line("index", span);
    inside(*node.object);
    inside(*node.index);
    inside(node.more);
  }
  void show(const Attribute& node, const Span& span) {
    out_.line("attribute @" + node.name.text, span);
    if (node.object) inside(*node.object);
  }
  void show(const Box<Format>& node, const Span& span) {
    out_.line("format", span);
    out_.inside([&] { dump_message(out_, node->message); });
  }

  void inside(const Expr& expr) {
    out_.inside([&] { show(expr); });
  }
  void inside(const std::vector<Expr>& exprs) {
    for (const Expr& expr : exprs) inside(expr);
  }

  DumpLines& out_;
};

}  // namespace

DumpLines::DumpLines(const rules::Source& source) : source_(source) {
  for (std::uint32_t i = 0; i < source.text.size(); ++i)
    if (source.text[i] == '\n') line_begins_.push_back(i + 1);
}

void DumpLines::line(const std::string& text, const Span& span) {
  out_.append(2 * static_cast<std::size_t>(depth_), ' ').append(text).append("  ").append(place(span)).append("\n");
}

std::string DumpLines::place(const Span& span) const {
  const auto next = std::upper_bound(line_begins_.begin(), line_begins_.end(), span.begin);
  std::uint32_t column = 1;
  for (std::uint32_t i = *(next - 1); i < span.begin; ++i)
    if ((static_cast<unsigned char>(source_.text[i]) & 0xc0U) != 0x80U) ++column;
  return std::to_string(next - line_begins_.begin()) + ":" + std::to_string(column);
}

std::string quoted_text(const std::string& text) {
  std::string out = "\"";
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
  return out + '"';
}

std::string text_of(const DurationOf& duration) {
  const auto* name = std::get_if<Name>(&duration.node);
  return name ? name->text : events::format_duration(std::get<events::Duration>(duration.node));
}

std::string text_of(const CountOf& count) {
  const auto* name = std::get_if<Name>(&count.node);
  return name ? name->text : std::to_string(std::get<std::uint64_t>(count.node));
}

std::string joined(const std::vector<Name>& names, std::string_view between) {
  std::string out;
  for (const Name& name : names) out.append(out.empty() ? "" : between).append(name.text);
  return out;
}

void dump_expression(DumpLines& out, const Expr& expr) { ExpressionDumper(out).show(expr); }

void dump_message(DumpLines& out, const Message& message) {
  out.line("message", message.span);
  out.inside([&] {
    for (const MessagePart& part : message.parts) {
      if (const auto* text = std::get_if<std::string>(&part.node)) out.line("text " + quoted_text(*text), part.span);
      if (const auto* expr = std::get_if<Expr>(&part.node)) {
        out.line("value" + (part.format.empty() ? "" : " :" + part.format), part.span);
        out.inside([&] { dump_expression(out, *expr); });
      }
    }
  });
}

}  // namespace tocsin::rules::syntax

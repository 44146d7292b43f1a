// `like`: a pattern cut at its stars. The first piece stands at the text's beginning, the last at its end, each of
// those between at the leftmost place behind the one before: if any way fits, this one does. Time: the text's length
// times the longest piece with a `?`; pieces without one are searched for as bytes.
#include "rules/code_points.hpp"
#include "rules/functions_parts.hpp"

namespace tocsin::rules {

namespace {

using Piece = LikePattern::Piece;
constexpr std::size_t kNowhere = std::string_view::npos;

/// Bytes of `text` from `at` on that the piece takes; kNowhere: it doesn't stand there.
std::size_t taken_at(const Piece& piece, std::string_view text, std::size_t at) {
  if (!piece.has_wildcard) return text.substr(at).starts_with(piece.text) ? piece.text.size() : kNowhere;
  const std::size_t begin = at;
  for (const char c : piece.text) {
    if (at >= text.size()) return kNowhere;
    if (c == '?') {
      at += width_at(text, at);
    } else if (text[at++] != c) {
      return kNowhere;
    }
  }
  return at - begin;
}

/// Where the piece stands leftmost from `at` on; `taken`: its bytes there.
std::size_t find(const Piece& piece, std::string_view text, std::size_t at, std::size_t& taken) {
  if (!piece.has_wildcard) {
    taken = piece.text.size();
    return text.find(piece.text, at);
  }
  for (;; at += width_at(text, at)) {
    taken = taken_at(piece, text, at);
    if (taken != kNowhere) return at;
    if (at >= text.size()) return kNowhere;
  }
}

/// Where the last `count` code points of `text` begin, not before `from`; kNowhere: there are not so many.
std::size_t place_from_end(std::string_view text, std::size_t count, std::size_t from) {
  const std::size_t there = count_code_points(text.substr(from));
  return there < count ? kNowhere : from + place_of(text.substr(from), there - count);
}

}  // namespace

LikePattern like_pattern(std::string_view text) {
  LikePattern result;
  for (;;) {
    const std::size_t star = text.find('*');
    const std::string_view piece = text.substr(0, star);
    result.pieces.push_back({std::string(piece), count_code_points(piece), piece.find('?') != std::string_view::npos});
    if (star == std::string_view::npos) return result;
    text.remove_prefix(star + 1);
  }
}

bool fits(const LikePattern& pattern, std::string_view text) {
  const std::vector<Piece>& pieces = pattern.pieces;
  std::size_t at = taken_at(pieces.front(), text, 0);
  if (at == kNowhere) return false;
  if (pieces.size() == 1) return at == text.size();
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
    std::size_t taken = 0;
    at = find(pieces[i], text, at, taken);
    if (at == kNowhere) return false;
    at += taken;
  }
  const Piece& last = pieces.back();
  if (!last.has_wildcard) return text.size() - at >= last.text.size() && text.ends_with(last.text);
  const std::size_t place = place_from_end(text, last.code_points, at);
  return place != kNowhere && taken_at(last, text, place) == text.size() - place;
}

}  // namespace tocsin::rules

// golden FOLDER tree|check: each FOLDER/*.rules through the stage, the outcome compared with the .expected beside it.
//
// tree: the syntax tree's dump, then the diagnostics. check: the diagnostics of compile(), errors and warnings, or
// "ok". UPDATE_GOLDEN=1 writes what it got instead. Exit code 1: something differs, or the folder has no cases.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "rules/compile.hpp"

namespace {

namespace fs = std::filesystem;
using namespace tocsin::rules;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string tree_of(const Sources& sources) {
  Diagnostics diagnostics;
  const syntax::Tree tree = parse(sources, 0, diagnostics);
  sort_diagnostics(diagnostics);
  return syntax::dump(tree, sources[0]) + render(diagnostics, sources, false);
}

/// Files of tables lie in `folder`.
std::string check_of(const Sources& sources, const fs::path& folder) {
  Diagnostics warnings;
  const auto set = compile(sources, warnings, [&](const std::string& path) -> tl::expected<std::string, std::string> {
    if (!fs::exists(folder / path)) return tl::unexpected(std::string("no such file"));
    return read_file(folder / path);
  });
  const std::string text = render(set ? warnings : set.error(), sources, false);
  return text.empty() ? "ok\n" : text;
}

/// The first line in which they differ, with both texts of it.
void show_difference(const std::string& expected, const std::string& got) {
  std::size_t line = 1;
  std::size_t at = 0;
  while (at < expected.size() && at < got.size() && expected[at] == got[at]) line += expected[at++] == '\n' ? 1 : 0;
  const auto line_at = [at](const std::string& text) {
    const std::size_t begin = at == 0                                         ? 0
                              : text.rfind('\n', at - 1) == std::string::npos ? 0
                                                                              : text.rfind('\n', at - 1) + 1;
    return text.substr(begin, text.find('\n', at) - begin);
  };
  std::cout << "  line " << line << " expected: " << line_at(expected) << "\n  line " << line
            << " got:      " << line_at(got) << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 || (std::string_view(argv[2]) != "tree" && std::string_view(argv[2]) != "check")) {
    std::cerr << "usage: golden FOLDER tree|check\n";
    return 2;
  }
  const bool check = std::string_view(argv[2]) == "check";
  const bool update = std::getenv("UPDATE_GOLDEN") != nullptr;
  std::vector<fs::path> cases;
  for (const auto& entry : fs::directory_iterator(argv[1]))
    if (entry.path().extension() == ".rules") cases.push_back(entry.path());
  std::sort(cases.begin(), cases.end());

  std::size_t failed = 0;
  for (const fs::path& path : cases) {
    const Sources sources{{path.filename().string(), read_file(path)}};
    const std::string got = check ? check_of(sources, path.parent_path()) : tree_of(sources);
    fs::path expected_path = path;
    expected_path.replace_extension(".expected");
    if (update) {
      std::ofstream(expected_path, std::ios::binary) << got;
      continue;
    }
    const std::string expected = read_file(expected_path);
    if (got == expected) continue;
    ++failed;
    std::cout << "FAIL " << path.string() << "\n";
    show_difference(expected, got);
    std::cout << "--- got\n" << got << "--- end\n";
  }
  std::cout << cases.size() << " cases: " << cases.size() - failed << (update ? " written" : " passed") << ", "
            << failed << " failed\n";
  if (failed > 0) std::cout << "accept with: UPDATE_GOLDEN=1 " << argv[0] << " " << argv[1] << " " << argv[2] << "\n";
  return failed > 0 || cases.empty() ? 1 : 0;
}

# A text file → a C++ source that defines it as a std::string_view.
#
#   cmake -D IN=docs/diagnostics.md -D OUT=page.cpp -D NAMESPACE=tocsin::cli -D NAME=kPage -P embed.cmake
file(READ "${IN}" bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "((0x..,){24})" "\\1\n" bytes "${bytes}")
file(WRITE "${OUT}" "#include <string_view>

namespace ${NAMESPACE} {
static constexpr unsigned char kBytes[] = {
${bytes}};
extern const std::string_view ${NAME};
const std::string_view ${NAME}(reinterpret_cast<const char*>(kBytes), sizeof kBytes);
}  // namespace ${NAMESPACE}
")

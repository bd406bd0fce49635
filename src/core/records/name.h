#pragma once

// The spelling of names. Names are kept as people write them; only what a system did to them (capitals
// throughout, a typographer's apostrophe, a title in the name field) is undone. What a name means is never
// guessed.

#include <string>
#include <string_view>

namespace guildhall::records {

// A family name may begin with particles that are written small ("van der Berg").
enum class NamePart { Given, Family };

// A name written wholly in capitals, or wholly small, in the capitals of ordinary writing: "MCDONALD" →
// "McDonald", "O'BRIEN-SMITH" → "O'Brien-Smith", "VAN DER BERG" → "van der Berg". "Mac" only before the names
// in which the capital is usual ("MacDonald", but "Macey" and "Mackie"). A name of both cases is returned as
// it is: its owner wrote it so. Letters of Latin-1 and Latin Extended-A change case; others stay.
std::string title_cased(std::string_view name, NamePart part);

// For comparing: accents folded, capitals, letters only. "O’Brien-Smith" and "OBRIEN SMITH" are
// "OBRIENSMITH". Letters outside Latin stay. Empty for a text without letters.
std::string comparison_key(std::string_view name);

}  // namespace guildhall::records

/** How the text of a licence is told. */
export interface LicenseText {
  /** SPDX identifier. */
  readonly id: string;
  /**
   * Passages that every copy has, as `normalize` leaves them: lower case, words and single blanks. Taken from the texts of the
   * SPDX licence list 3.25.
   */
  readonly passages: readonly string[];
  /**
   * Words of the whole text, title and copyright lines left out: fewest and most. A copy with more has a clause that the
   * licence has not ("Commons Clause", exceptions) or other texts behind it.
   */
  readonly words: readonly [fewest: number, most: number];
}

const warranty = "the software is provided as is without warranty of any kind express or implied";
const redistribution =
  "redistribution and use in source and binary forms with or without modification are permitted provided that the following conditions are met";
const binaryForm = "redistributions in binary form must reproduce the above copyright notice";
const sourceForm = "redistributions of source code must retain the above copyright notice";
const noEndorsement =
  "be used to endorse or promote products derived from this software without specific prior written permission";
const bsdWarranty =
  "any express or implied warranties including but not limited to the implied warranties of merchantability and fitness for a particular purpose are disclaimed";
const isc =
  "permission to use copy modify and or distribute this software for any purpose with or without fee is hereby granted";

/** The licences that are told by their text; of two that fit, the first counts. */
export const licenseTexts: readonly LicenseText[] = [
  {
    id: "MIT",
    passages: [
      "permission is hereby granted free of charge to any person obtaining a copy of this software and associated documentation files the software to deal in the software without restriction including without limitation the rights to use copy modify merge publish distribute sublicense and or sell copies of the software and to permit persons to whom the software is furnished to do so subject to the following conditions",
      "shall be included in all copies or substantial portions of the software",
      warranty,
    ],
    words: [150, 185],
  },
  {
    id: "MIT-0",
    passages: [
      "permission is hereby granted free of charge to any person obtaining a copy of this software and associated documentation files the software to deal in the software without restriction",
      "and to permit persons to whom the software is furnished to do so the software is provided as is without warranty",
    ],
    words: [115, 150],
  },
  {
    id: "BSD-3-Clause",
    passages: [redistribution, sourceForm, binaryForm, noEndorsement, bsdWarranty],
    words: [185, 245],
  },
  { id: "BSD-2-Clause", passages: [redistribution, sourceForm, binaryForm, bsdWarranty], words: [145, 195] },
  {
    id: "ISC",
    passages: [
      "is hereby granted provided that the above copyright notice and this permission notice appear in all copies",
      "disclaims all warranties with regard to this software including all implied warranties of merchantability and fitness",
    ],
    words: [100, 130],
  },
  { id: "0BSD", passages: [isc, "the author disclaims all warranties with regard to this software"], words: [85, 108] },
  {
    id: "Apache-2.0",
    passages: [
      "apache license version 2 0 january 2004",
      "terms and conditions for use reproduction and distribution",
      "grant of copyright license subject to the terms and conditions of this license each contributor hereby grants to you a perpetual worldwide non exclusive no charge royalty free irrevocable copyright license",
      "grant of patent license",
      "accepting warranty or additional liability",
    ],
    words: [1380, 1720],
  },
  {
    id: "MPL-2.0",
    passages: [
      "mozilla public license version 2 0",
      "each contributor hereby grants you a world wide royalty free non exclusive license",
      "exhibit b incompatible with secondary licenses notice",
    ],
    words: [2350, 2600],
  },
  {
    id: "AGPL-3.0-only",
    passages: ["gnu affero general public license version 3 19 november 2007", "remote network interaction"],
    words: [5300, 5800],
  },
  {
    id: "LGPL-3.0-only",
    passages: [
      "gnu lesser general public license version 3 29 june 2007",
      "incorporates the terms and conditions of version 3 of the gnu general public license",
    ],
    words: [1100, 1250],
  },
  {
    id: "LGPL-2.1-only",
    passages: ["gnu lesser general public license version 2 1 february 1999", "everyone is permitted to copy"],
    words: [4150, 4500],
  },
  {
    id: "GPL-3.0-only",
    passages: ["gnu general public license version 3 29 june 2007", "conveying non source forms"],
    words: [5300, 5800],
  },
  {
    id: "GPL-2.0-only",
    passages: ["gnu general public license version 2 june 1991", "everyone is permitted to copy"],
    words: [2750, 3000],
  },
  {
    id: "Unlicense",
    passages: [
      "this is free and unencumbered software released into the public domain",
      "anyone is free to copy modify publish use compile sell or distribute this software",
    ],
    words: [170, 215],
  },
  {
    id: "CC0-1.0",
    passages: ["cc0 1 0 universal", "affirmer hereby overtly fully permanently irrevocably and unconditionally waives"],
    words: [880, 1100],
  },
  {
    id: "BSL-1.0",
    passages: [
      "boost software license version 1 0 august 17th 2003",
      "unless such copies or derivative works are solely in the form of machine executable object code generated by a source language processor",
    ],
    words: [200, 235],
  },
  {
    id: "Zlib",
    passages: [
      "this software is provided as is without any express or implied warranty in no event will the authors be held liable for any damages arising from the use of this software",
      "this notice may not be removed or altered from any source distribution",
    ],
    words: [120, 155],
  },
  {
    // The whole stack of agreements that CPython comes with.
    id: "Python-2.0",
    passages: [
      "python software foundation license version 2",
      "beopen com license agreement for python 2 0",
      "cnri license agreement for python 1 6 1",
      "cwi license agreement for python 0 9 0 through 1 2",
    ],
    words: [1950, 2450],
  },
  {
    id: "PSF-2.0",
    passages: [
      "python software foundation license version 2",
      "by copying installing or otherwise using python the licensee agrees to be bound by the terms and conditions of this license agreement",
    ],
    words: [300, 420],
  },
];

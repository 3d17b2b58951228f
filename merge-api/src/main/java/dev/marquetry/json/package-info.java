/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** JSON as journals, reports and the command line write it. */
@NullMarked
package dev.marquetry.json;

import org.jspecify.annotations.NullMarked;

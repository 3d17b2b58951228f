/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** JSON as journals, reports, workers and the command line write it, and its reader. */
@NullMarked
package dev.marquetry.json;

import org.jspecify.annotations.NullMarked;

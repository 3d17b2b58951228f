/** A finished output against its inputs: schema, and values one by one, decoded on both sides and moved on neither. */
@NullMarked
package dev.marquetry.local.internal.validate;

import org.jspecify.annotations.NullMarked;

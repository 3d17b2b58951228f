/** The local engine: {@code plan}, {@code align}, {@code move}, {@code write}, each step a folder, {@code limits} beside them. */
@NullMarked
package dev.marquetry.local.internal;

import org.jspecify.annotations.NullMarked;

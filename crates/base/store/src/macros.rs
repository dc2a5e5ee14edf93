//! `record!` and `statements!`: no procedural macro, so an edit of a store file stays cheap to build.

/// Declares types that rows become. The fields, in order, are the columns of every statement that returns the type.
#[macro_export]
macro_rules! record {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident : $type:ty),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }
        impl $crate::Record for $name {
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];
            fn read_row(row: &$crate::Row<'_>) -> Result<Self, (usize, $crate::ColumnError)> {
                let mut index = 0_usize;
                $(
                    let $field: $type = row.column(index)?;
                    index += 1;
                )*
                let _ = index;
                Ok(Self { $($field),* })
            }
        }
    )*};
}

/// Declares the statements of a subsystem as functions `name(tx, parameters…)`.
///
/// Shapes: `Run` gives the number of rows touched, `One<T>` an `Option<T>`, `Exactly<T>` a `T`, `Many<T>` a `Vec<T>`; `Later<T>` and
/// `LaterMany<T>` a [`crate::Later`] of a `T` or a `Vec<T>`. Each enters [`crate::STATEMENTS`], where tests prepare it on both databases ([`crate::prove`]).
///
/// A statement on a table that has a `school` column filters by it. One that serves all schools on purpose says so before the arrow, with the
/// reason in its comment: `fn behind(follower: &str) across_schools -> Many<Behind> = "…";`
#[macro_export]
macro_rules! statements {
    ($($(#[$meta:meta])* fn $name:ident($($param:ident : $type:ty),* $(,)?) $($across:ident)? -> $shape:ident $(<$row:ty>)? = $sql:expr;)*) => {$(
        $crate::statements!(@one $(#[$meta])* $name ($($param: $type),*) [$($across)?] $shape $(<$row>)? = $sql);
    )*};

    (@one $(#[$meta:meta])* $name:ident ($($param:ident : $type:ty),*) [$($across:ident)?] Run = $sql:expr) => {
        $(#[$meta])*
        ///
        /// # Errors
        /// [`$crate::StoreError`] from the database.
        pub fn $name(tx: &mut $crate::Tx<'_> $(, $param: $type)*) -> Result<u64, $crate::StoreError> {
            $crate::statements!(@static $name ($($param),*) [$($across)?] $crate::Shape::Run, &[], $sql);
            tx.run(&STATEMENT, &[$($crate::Param::value(&$param)),*])
        }
    };
    (@one $(#[$meta:meta])* $name:ident ($($param:ident : $type:ty),*) [$($across:ident)?] One<$row:ty> = $sql:expr) => {
        $(#[$meta])*
        ///
        /// # Errors
        /// [`$crate::StoreError`] from the database, or when the row does not fit.
        pub fn $name(tx: &mut $crate::Tx<'_> $(, $param: $type)*) -> Result<Option<$row>, $crate::StoreError> {
            $crate::statements!(@static $name ($($param),*) [$($across)?] $crate::Shape::Rows, <$row as $crate::Record>::FIELDS, $sql);
            tx.one(&STATEMENT, &[$($crate::Param::value(&$param)),*])
        }
    };
    (@one $(#[$meta:meta])* $name:ident ($($param:ident : $type:ty),*) [$($across:ident)?] Exactly<$row:ty> = $sql:expr) => {
        $(#[$meta])*
        ///
        /// # Errors
        /// [`$crate::StoreError`] from the database, or when there is no row or it does not fit.
        pub fn $name(tx: &mut $crate::Tx<'_> $(, $param: $type)*) -> Result<$row, $crate::StoreError> {
            $crate::statements!(@static $name ($($param),*) [$($across)?] $crate::Shape::Rows, <$row as $crate::Record>::FIELDS, $sql);
            tx.exactly(&STATEMENT, &[$($crate::Param::value(&$param)),*])
        }
    };
    (@one $(#[$meta:meta])* $name:ident ($($param:ident : $type:ty),*) [$($across:ident)?] Many<$row:ty> = $sql:expr) => {
        $(#[$meta])*
        ///
        /// # Errors
        /// [`$crate::StoreError`] from the database, or when a row does not fit.
        pub fn $name(tx: &mut $crate::Tx<'_> $(, $param: $type)*) -> Result<Vec<$row>, $crate::StoreError> {
            $crate::statements!(@static $name ($($param),*) [$($across)?] $crate::Shape::Rows, <$row as $crate::Record>::FIELDS, $sql);
            tx.many(&STATEMENT, &[$($crate::Param::value(&$param)),*])
        }
    };
    (@one $(#[$meta:meta])* $name:ident ($($param:ident : $type:ty),*) [$($across:ident)?] Later<$row:ty> = $sql:expr) => {
        $(#[$meta])*
        ///
        /// # Errors
        /// [`$crate::StoreError`] from the database; what this statement itself comes to may be told later.
        pub fn $name<'tx>(tx: &mut $crate::Tx<'tx> $(, $param: $type)*) -> Result<$crate::Later<'tx, $row>, $crate::StoreError> {
            $crate::statements!(@static $name ($($param),*) [$($across)?] $crate::Shape::Rows, <$row as $crate::Record>::FIELDS, $sql);
            tx.exactly_later(&STATEMENT, &[$($crate::Param::value(&$param)),*])
        }
    };
    (@one $(#[$meta:meta])* $name:ident ($($param:ident : $type:ty),*) [$($across:ident)?] LaterMany<$row:ty> = $sql:expr) => {
        $(#[$meta])*
        ///
        /// # Errors
        /// [`$crate::StoreError`] from the database; what this statement itself comes to may be told later.
        pub fn $name<'tx>(tx: &mut $crate::Tx<'tx> $(, $param: $type)*) -> Result<$crate::Later<'tx, Vec<$row>>, $crate::StoreError> {
            $crate::statements!(@static $name ($($param),*) [$($across)?] $crate::Shape::Rows, <$row as $crate::Record>::FIELDS, $sql);
            tx.many_later(&STATEMENT, &[$($crate::Param::value(&$param)),*])
        }
    };
    (@static $name:ident ($($param:ident),*) [$($across:ident)?] $shape:expr, $fields:expr, $sql:expr) => {
        #[$crate::linkme::distributed_slice($crate::STATEMENTS)]
        #[linkme(crate = $crate::linkme)]
        static STATEMENT: $crate::Statement = $crate::Statement::new(
            concat!(module_path!(), "::", stringify!($name)), $sql, &[$(stringify!($param)),*], $fields, $shape,
            $crate::statements!(@across $($across)?),
        );
    };
    (@across) => { $crate::Reach::School };
    (@across across_schools) => { $crate::Reach::AllSchools };
}
